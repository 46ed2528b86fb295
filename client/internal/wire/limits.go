package wire

// The defaults of Limits.
const (
	// DefaultBytes is far above the largest context window (1 M tokens are some 4 MB
	// of text) and bounds what one call can hold in memory.
	DefaultBytes = 16 << 20
	// DefaultDepth is about twice what a strict schema of the service's own limit (ten
	// levels, each worth up to three of JSON, below tools and messages) can need. Other
	// parsers differ between 4,000 and 10,000, so a deep body is never innocent.
	DefaultDepth = 64
	// DefaultLine and DefaultEvent bound one line and one event of a stream.
	DefaultLine  = 1 << 20
	DefaultEvent = 4 << 20

	// maxDepth keeps the walk, which recurses, within an ordinary stack.
	maxDepth = 1024
)

// Limits bounds what is read. A zero or negative field is its default, so the zero Limits
// is the strict one.
type Limits struct {
	// MaxBytes bounds one JSON body.
	MaxBytes int
	// MaxDepth bounds the nesting of objects and arrays. It is at most 1024.
	MaxDepth int
	// MaxLine bounds one line of a stream, in bytes without its end.
	MaxLine int
	// MaxEvent bounds one event of a stream, comments and line ends included, in bytes.
	MaxEvent int
}

// Bytes is MaxBytes or its default.
func (l Limits) Bytes() int { return orDefault(l.MaxBytes, DefaultBytes) }

// Depth is MaxDepth or its default.
func (l Limits) Depth() int { return min(orDefault(l.MaxDepth, DefaultDepth), maxDepth) }

// Line is MaxLine or its default.
func (l Limits) Line() int { return orDefault(l.MaxLine, DefaultLine) }

// Event is MaxEvent or its default.
func (l Limits) Event() int { return orDefault(l.MaxEvent, DefaultEvent) }

func orDefault(value, fallback int) int {
	if value <= 0 {
		return fallback
	}
	return value
}
