// Package testkit is what the tests of this module share: assertions, golden files,
// canaries, a check for goroutines left behind, and a listener without sockets.
//
// Only tests import it. It holds no fake of Azure; that is client/clienttest, which users
// have too.
package testkit
