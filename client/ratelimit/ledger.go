package ratelimit

const (
	rows        = 4
	minCells    = 1 << 14 // per row and store
	maxCells    = 1 << 18
	cellsPerKey = 16 // a flood has many more keys than the store
)

// A ledger remembers when evicted buckets will be full again. It has four rows; a key has
// one cell in each, taken from bits of its hash that the choice of the shard does not use.
// It is guarded by the lock of its shard, and takes memory on the first eviction.
type ledger struct {
	cells [][units]int64
	bits  int // log2 of the cells of a row
}

// remember notes that the bucket of hash is full again at the times given.
func (l *ledger) remember(hash uint64, full [units]int64) {
	if l.cells == nil {
		l.cells = make([][units]int64, rows<<l.bits)
	}
	for row := range rows {
		cell := &l.cells[l.index(hash, row)]
		for u := range cell {
			cell[u] = max(cell[u], full[u])
		}
	}
}

// recall returns the earliest times that the rows have for hash: the true ones, or later.
func (l *ledger) recall(hash uint64) [units]int64 {
	if l.cells == nil {
		return [units]int64{}
	}
	full := l.cells[l.index(hash, 0)]
	for row := 1; row < rows; row++ {
		cell := &l.cells[l.index(hash, row)]
		for u := range cell {
			full[u] = min(full[u], cell[u])
		}
	}
	return full
}

func (l *ledger) index(hash uint64, row int) uint64 {
	return uint64(row)<<l.bits | hash>>(row*l.bits)&(1<<l.bits-1)
}
