package detect

// udi looks for the unique identifier of a medical device at i, behind the bracket there, as it is
// printed in the form of GS1: (01), a GTIN of 14 digits with the check of GS1, and any more
// application identifiers in brackets with their values, such as the serial number behind (21)
// (21 CFR 801.40; FDA, "UDI formats by FDA-accredited issuing agency", 2017-05; GS1 General
// Specifications, section 7.9). The whole is hidden.
func (s *scan) udi(i int) int {
	t := s.text
	if !at(t, i, '0') || !at(t, i+1, '1') || !at(t, i+2, ')') || !digitsAt(t, i+3, 14) {
		return i
	}
	end := i + 17
	sum := 0
	for k, b := range []byte(t[i+3 : end]) {
		sum += value(b) * (3 - k%2*2)
	}
	if sum%10 != 0 || is(t, end, letter) {
		return i
	}
	for at(t, end, '(') {
		next := run(t[:min(len(t), end+6)], end+1, digit)
		if next < end+3 || !at(t, next, ')') {
			break
		}
		last := run(t[:min(len(t), next+1+maxApplication)], next+1, alnum|tokenMark)
		if last == next+1 {
			break
		}
		end = last
	}
	s.add(udiID, i-1, end, checked)
	return end
}

// maxApplication is the length of the longest value of an application identifier of a UDI.
const maxApplication = 20
