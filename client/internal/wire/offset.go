package wire

// An Offset is a number in an answer that says where in a text something belongs, such as a
// citation, in characters from 0. It is no longer right once the text before that place has
// another length.
type Offset struct {
	// Start and End bound the number.
	Start, End int
	// At is what it says.
	At int
	// Text is one more than the index of the text that it counts in, which may be a Piece; 0
	// is none.
	Text int
	// Lane is the text in pieces that it counts in, if Text is 0 and it is not zero.
	Lane Lane
}

// maxOffsets bounds the offsets of one document.
const maxOffsets = 4096

// countIn gives the offsets of an object that has ended the text of the object, if it has
// one and they have none nearer by.
func (w *walker) countIn(first int) {
	if w.counted == 0 {
		return
	}
	for i := range w.offsets[first:] {
		if o := &w.offsets[first+i]; o.Text == 0 {
			o.Text = w.counted
		}
	}
}
