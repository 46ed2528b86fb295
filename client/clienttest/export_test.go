package clienttest

// StartOnOneAddress starts a fake as on a system that has 127.0.0.1 alone.
func StartOnOneAddress(cfg Config) (*Azure, error) { return start(cfg.withDefaults(), oneAddress()) }

// OnlyLoopback is the check that the system makes at the last moment.
func OnlyLoopback(address string) error { return onlyLoopback("tcp", address, nil) }
