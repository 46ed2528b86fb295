package ratelimit

import "context"

// A Lane is how urgent a call is. A busy [Queue] serves the lanes as 16 interactive to 4
// normal to 1 batch, so that nothing waits for ever.
type Lane uint8

// The lanes.
const (
	Normal      Lane = iota
	Interactive      // somebody looks at the screen
	Batch            // nobody waits: it may take minutes
	lanes       = 3
)

// laneWeights are the shares of the lanes when all of them wait.
var laneWeights = [lanes]float64{Normal: 4, Interactive: 16, Batch: 1}

// urgency says who gives way in a full line.
var urgency = [lanes]int{Normal: 1, Interactive: 2, Batch: 0}

var laneNames = [lanes]string{"normal", "interactive", "batch"}

// String is the name that stands in metrics.
func (l Lane) String() string { return laneNames[l.known()] }

// known is l, or Normal where l is none of the lanes.
func (l Lane) known() Lane {
	if l < lanes {
		return l
	}
	return Normal
}

// A Place is where a call stands in a [Queue]. The zero Place is the normal lane, of a
// tenant that its charges name.
type Place struct {
	Lane Lane
	// Tenant is who the call is for. It counts where the charges name no tenant, such as
	// that of a deployment alone.
	Tenant Key
}

type placeKey struct{}

// WithPlace says where the calls of a context stand. The application decides this, never
// the one who asks: who could call himself urgent would.
func WithPlace(ctx context.Context, p Place) context.Context {
	return context.WithValue(ctx, placeKey{}, p)
}

// PlaceOf returns what [WithPlace] said, or the zero Place.
func PlaceOf(ctx context.Context) Place {
	p, _ := ctx.Value(placeKey{}).(Place)
	return p
}
