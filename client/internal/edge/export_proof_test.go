package edge

import "github.com/sallyport-go/sallyport/client/tlspolicy"

// Judged is what a session says of a verdict.
func Judged(v tlspolicy.Verdict) (s Session) {
	s.judged(v)
	return s
}
