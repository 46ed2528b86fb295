package detect

// The arithmetic that more than one number uses. Digits and letters come as ASCII, in
// upper case.

// value is the value of a digit, or of a letter that counts from 10.
func value(b byte) int {
	if b <= '9' {
		return int(b & 0xF)
	}
	return int(b-'A') + 10
}

// decimalOf is the number that digits stand for.
func decimalOf(c []byte) int {
	n := 0
	for _, b := range c {
		n = n*10 + value(b)
	}
	return n
}

// weighted is the sum of the values of c, each by its weight.
func weighted(c []byte, weights ...int) int {
	sum := 0
	for i, w := range weights[:min(len(c), len(weights))] {
		sum += value(c[i]) * w
	}
	return sum
}

// elevenMinus is 11 less the rest modulo 11, with 11 as 0. It may be 10, which is no digit.
func elevenMinus(sum int) int { return (11 - sum%11) % 11 }

// luhn reports whether the last digit is the check digit of the others: ISO/IEC 7812-1,
// annex B. It takes ASCII digits and plain values.
func luhn(digits []byte) bool { return luhnSum(digits)%10 == 0 }

func luhnSum(digits []byte) int {
	sum := 0
	double := false
	for i := len(digits) - 1; i >= 0; i-- {
		d := int(digits[i] & 0xF)
		if double {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
		double = !double
	}
	return sum
}

// luhn36 is luhn with letters that count 10 to 35 and lose 9 when doubled.
func luhn36(c []byte) bool {
	sum := 0
	for i := range c {
		v := value(c[len(c)-1-i])
		if i%2 == 1 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return sum%10 == 0
}

// mod11and10 reports whether digits fulfil ISO 7064, MOD 11,10.
func mod11and10(c []byte) bool {
	p := 10
	for _, b := range c[:len(c)-1] {
		s := (p + value(b)) % 10
		if s == 0 {
			s = 10
		}
		p = s * 2 % 11
	}
	return (11-p)%10 == value(c[len(c)-1])
}

// digitSum is the sum of the two digits of a number below 100.
func digitSum(n int) int { return n/10 + n%10 }

// allSame reports whether all signs are the same one.
func allSame(c []byte) bool {
	for _, b := range c {
		if b != c[0] {
			return false
		}
	}
	return true
}

// between reports whether digits are a number from low to high.
func between(c []byte, low, high int) bool {
	n := decimalOf(c)
	return low <= n && n <= high
}

// dateAt reports whether two digits are a day and two others a month.
func dateAt(day, month []byte) bool { return between(day, 1, 31) && between(month, 1, 12) }

// month20 reports whether digits are a month to which 0, 20, 40, 60 or 80 was added.
func month20(c []byte) bool {
	m := decimalOf(c) % 20
	return 1 <= m && m <= 12
}

// brazil is a check digit of weights that fall from the given one: 11 less the rest
// modulo 11, above 9 is 0.
func brazil(c []byte, weight int) int {
	sum := 0
	for i, b := range c {
		sum += value(b) * (weight - i)
	}
	return elevenMinus(sum) % 10
}
