package wire

// An interner numbers the item ids and names of one stream, so that a Lane need not hold them.
// Equal numbers mean equal strings: there is no hash that could mix two texts.
type interner struct {
	numbers map[string]uint32
}

// Bounds of an interner: what a peer can make a stream remember.
const (
	maxIdents = 4096
	maxIdent  = 512 // bytes
)

// number returns the number of b, a new one if need be. It is 0 if b is empty, too long,
// or one too many.
func (t *interner) number(b []byte) uint32 {
	if n := t.numbers[string(b)]; n != 0 || len(b) == 0 || len(b) > maxIdent || len(t.numbers) >= maxIdents {
		return n
	}
	if t.numbers == nil {
		t.numbers = map[string]uint32{}
	}
	n := uint32(len(t.numbers)) + 1
	t.numbers[string(b)] = n
	return n
}

// known returns the number that b has already, or 0.
func (t *interner) known(b []byte) uint32 { return t.numbers[string(b)] }
