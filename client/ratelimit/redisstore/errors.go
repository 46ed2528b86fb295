package redisstore

import "errors"

var (
	// ErrUnavailable is that the server could not be asked, did not answer in time, or
	// answered nonsense, and that the failure mode grants nothing then; or that the store is
	// closed. Its text names no address and no key.
	ErrUnavailable = errors.New("redisstore: the server cannot be asked")
	// ErrConfig is that a configuration has faults.
	ErrConfig = errors.New("redisstore: configuration not valid")

	errReply = errors.New("redisstore: a reply that makes no sense")
)
