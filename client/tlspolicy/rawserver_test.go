package tlspolicy_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client/tlspolicy"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// Types of records and handshake messages (RFC 5246, 6.2.1 and 7.4).
const (
	recordAlert     = 21
	recordHandshake = 22
	helloRequest    = 0
	serverHello     = 2
)

// readRecord gives one record of TLS, in clear.
func readRecord(c net.Conn) (kind byte, body []byte, err error) {
	var header [5]byte
	if _, err := io.ReadFull(c, header[:]); err != nil {
		return 0, nil, err
	}
	body = make([]byte, binary.BigEndian.Uint16(header[3:]))
	_, err = io.ReadFull(c, body)
	return header[0], body, err
}

func record(kind byte, version uint16, body []byte) []byte {
	out := []byte{kind, byte(version >> 8), byte(version), byte(len(body) >> 8), byte(len(body))}
	return append(out, body...)
}

// chooses is a server that answers the ClientHello with this version and suite, and whose
// random ends in the sentinel (RFC 8446, 4.1.3).
func chooses(version, suite uint16, sentinel string) func(net.Conn) {
	return func(c net.Conn) {
		if kind, _, err := readRecord(c); err != nil || kind != recordHandshake {
			return
		}
		hello := append([]byte{byte(version >> 8), byte(version)}, bytes.Repeat([]byte{7}, 32-len(sentinel))...)
		hello = append(hello, sentinel...)
		hello = append(hello, 0, byte(suite>>8), byte(suite), 0) // no session, no compression
		message := append([]byte{serverHello, 0, 0, byte(len(hello))}, hello...)
		_, _ = c.Write(record(recordHandshake, version, message))
		_, _ = io.Copy(io.Discard, c)
	}
}

// plainHTTP answers whatever comes as a server without TLS does.
func plainHTTP(c net.Conn) {
	_, _, _ = readRecord(c)
	_, _ = io.WriteString(c, "HTTP/1.1 400 Bad Request\r\nServer: "+peerWord+"\r\nConnection: close\r\n\r\n")
	_, _ = io.Copy(io.Discard, c)
}

// drip sends a byte of its handshake now and then.
func drip(c net.Conn) {
	for _, b := range record(recordHandshake, tls.VersionTLS12, make([]byte, 200)) {
		if _, err := c.Write([]byte{b}); err != nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// helloRequest is a server that asks to renegotiate. crypto/tls cannot, so that the record
// is sealed here, with the keys that the server's own key log gives.
func (r *realm) helloRequest(leaf *node) func(testing.TB, func(func() time.Time) build) error {
	return func(t testing.TB, b func(func() time.Time) build) error {
		config, err := b(nil)(r.trust())
		testkit.NoError(t, err)
		answered := make(chan byte, 1)
		stand := serve(t, nil, func(c net.Conn) {
			kind, err := requestHello(c, leaf)
			if err != nil {
				kind = 0
			}
			answered <- kind
		})
		defer stand.stop()
		_, err = shake(t, stand.address, config, 0)
		switch kind := <-answered; {
		case kind != recordAlert:
			return fmt.Errorf("the client answers with a record of type %d", kind)
		case !errors.Is(err, tlspolicy.ErrHandshake) || !strings.Contains(err.Error(), "renegotiate"):
			return fmt.Errorf("the client says: %w", err)
		default:
			return nil
		}
	}
}

// requestHello makes a handshake of TLS 1.2, sends a HelloRequest, and gives the type of
// the record that the client answers with.
func requestHello(c net.Conn, leaf *node) (kind byte, err error) {
	var log, random bytes.Buffer
	spy := &spied{Conn: c, sent: &random}
	conn := tls.Server(spy, answer(leaf, func(config *tls.Config) {
		config.MaxVersion, config.KeyLogWriter, config.SessionTicketsDisabled = tls.VersionTLS12, &log, true
		config.CipherSuites = []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}
	}))
	if err := conn.Handshake(); err != nil {
		return 0, err
	}
	fields := strings.Fields(log.String()) // CLIENT_RANDOM, the random, the master secret
	if len(fields) != 3 {
		return 0, errors.New("no key log")
	}
	clientRandom, err := hex.DecodeString(fields[1])
	if err != nil {
		return 0, err
	}
	master, err := hex.DecodeString(fields[2])
	if err != nil {
		return 0, err
	}
	serverRandom := random.Bytes()[5+4+2:][:32] // after the headers of record and message, and the version
	sealed, err := seal(master, clientRandom, serverRandom, []byte{helloRequest, 0, 0, 0})
	if err != nil {
		return 0, err
	}
	if _, err := c.Write(record(recordHandshake, tls.VersionTLS12, sealed)); err != nil {
		return 0, err
	}
	kind, _, err = readRecord(c)
	return kind, err
}

// spied keeps what is written.
type spied struct {
	net.Conn
	sent *bytes.Buffer
}

func (s *spied) Write(b []byte) (int, error) {
	s.sent.Write(b)
	return s.Conn.Write(b)
}

// seal encrypts the second record of a server, after its Finished, with AES-128-GCM (RFC
// 5246, 6.3; RFC 5288, 3).
func seal(master, clientRandom, serverRandom, message []byte) ([]byte, error) {
	seed := append(append([]byte("key expansion"), serverRandom...), clientRandom...)
	keys := expand(master, seed, 2*16+2*4)
	block, err := aes.NewCipher(keys[16:32])
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	sequence := []byte{0, 0, 0, 0, 0, 0, 0, 1}
	nonce := append(bytes.Clone(keys[36:40]), sequence...)
	header := append(bytes.Clone(sequence), recordHandshake, 3, 3, 0, byte(len(message)))
	return gcm.Seal(bytes.Clone(sequence), nonce, message, header), nil
}

// expand is P_SHA256 (RFC 5246, 5).
func expand(secret, seed []byte, n int) (out []byte) {
	mac := func(data ...[]byte) []byte {
		h := hmac.New(sha256.New, secret)
		for _, d := range data {
			h.Write(d)
		}
		return h.Sum(nil)
	}
	for a := mac(seed); len(out) < n; a = mac(a) {
		out = append(out, mac(a, seed)...)
	}
	return out[:n]
}
