//go:build !linux

package battery

import (
	"errors"
	"os"
)

// redirect is not done here: what is written to the descriptor itself is not seen.
func redirect(*os.File) (undo func(), err error) { return nil, errors.ErrUnsupported }
