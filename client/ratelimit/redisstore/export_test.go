package redisstore

// Read is how replies are read, for fuzzing.
func Read(reply any, charges int) ([]int64, error) { return read(reply, charges) }
