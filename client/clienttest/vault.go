package clienttest

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// A Secret is a version of a secret of the vault.
type Secret struct {
	Value       string
	ContentType string
	Disabled    bool
	NotBefore   time.Time // zero: no such limit
	Expires     time.Time // zero: never
	// RecoveryLevel is how a deleted secret can be had back; "" is
	// "Recoverable+ProtectedSubscription".
	RecoveryLevel string
	// Version is set by the vault: 32 hex digits.
	Version string
	// Created is set by the vault.
	Created time.Time

	rolled bool // a newer version came, and the account still takes this one
}

// SetSecret makes a new version of a secret, which is the current one from now on, and
// returns it as the vault has it.
func (a *Azure) SetSecret(name string, s Secret) Secret { return a.secrets.set(name, s) }

// Secret returns the value of the current version of a secret, or "" if there is none.
func (a *Azure) Secret(name string) string {
	s, _ := a.secrets.get(name, "")
	return s.Value
}

// Rotate gives a secret a random new value and returns it. The account takes the old key
// no more from this moment on, as when a leaked key is regenerated: a client that still
// has it learns so by a 401.
func (a *Azure) Rotate(name string) string {
	s, _ := a.secrets.get(name, "")
	s.Value = randomText()
	return a.secrets.set(name, s).Value
}

// Roll gives a secret a random new value and returns it, as a rotation with two keys does:
// the account takes the key before too, until that version is disabled by
// [Azure.EditSecret].
func (a *Azure) Roll(name string) string {
	s, _ := a.secrets.get(name, "")
	a.secrets.edit(name, s.Version, func(s *Secret) { s.rolled = true })
	s.Value, s.rolled = randomText(), false
	return a.secrets.set(name, s).Value
}

// EditSecret changes a version of a secret in place, or the current one if version is "":
// to disable it, say, or to set a date. It reports whether there is such a version. Edit
// must not call the Azure.
func (a *Azure) EditSecret(name, version string, edit func(*Secret)) bool {
	return a.secrets.edit(name, version, edit)
}

// Versions returns all versions of a secret, the oldest first.
func (a *Azure) Versions(name string) []Secret {
	a.secrets.mu.Lock()
	defer a.secrets.mu.Unlock()
	return slices.Clone(a.secrets.all[strings.ToLower(name)])
}

// secrets are all versions by name, the current one last. Names are not case-sensitive.
type secrets struct {
	mu  sync.Mutex
	all map[string][]Secret
}

func (s *secrets) set(name string, secret Secret) Secret {
	var version [16]byte
	_, _ = rand.Read(version[:]) // never fails, see crypto/rand
	secret.Version = hex.EncodeToString(version[:])
	secret.Created = time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil {
		s.all = map[string][]Secret{}
	}
	name = strings.ToLower(name)
	s.all[name] = append(s.all[name], secret)
	return secret
}

// get returns a version, or the current one if version is "".
func (s *secrets) get(name, version string) (Secret, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	versions := s.all[strings.ToLower(name)]
	for i := len(versions) - 1; i >= 0; i-- {
		if version == "" || versions[i].Version == version {
			return versions[i], true
		}
	}
	return Secret{}, false
}

// edit changes a version, or the current one if version is "".
func (s *secrets) edit(name, version string, edit func(*Secret)) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	versions := s.all[strings.ToLower(name)]
	for i := len(versions) - 1; i >= 0; i-- {
		if version == "" || versions[i].Version == version {
			edit(&versions[i])
			return true
		}
	}
	return false
}

// holds reports whether a key is the current value of any secret, or one that was rolled.
func (s *secrets) holds(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, versions := range s.all {
		for i, version := range versions {
			current := i == len(versions)-1
			if key != "" && version.Value == key && (current || version.rolled && !version.Disabled) {
				return true
			}
		}
	}
	return false
}

// vaultResource is what a token for the vault is for. It has no port, so azsecrets, which
// compares it with the host and port that it asked, wants a URL without one: see
// [Azure.VaultURL].
const vaultResource = "https://vault.azure.net"

// serveVault answers GET /secrets/NAME[/VERSION] (learn.microsoft.com, "Get Secret").
func (a *Azure) serveVault(v *visit) {
	v.w.Header().Set("X-Ms-Keyvault-Region", "swedencentral")
	v.w.Header().Set("X-Ms-Request-Id", randomUUID())
	bearer, _ := strings.CutPrefix(v.r.Header.Get("Authorization"), "Bearer ")
	if a.tokens.resource(bearer) != vaultResource {
		v.answer(Challenge(`Bearer authorization="https://` + loginHost + "/" + a.tenant + `", resource="` + vaultResource + `"`))
		return
	}
	parts := strings.Split(strings.Trim(v.r.URL.Path, "/"), "/")
	if v.r.Method != http.MethodGet || len(parts) < 2 || len(parts) > 3 || parts[0] != "secrets" {
		v.answer(errorReply(http.StatusNotFound, "NotFound", "The requested resource does not exist.", nil))
		return
	}
	if v.r.URL.Query().Get("api-version") == "" {
		v.answer(errorReply(http.StatusBadRequest, "BadParameter", "api-version must be specified", nil))
		return
	}
	version := ""
	if len(parts) == 3 {
		version = parts[2]
	}
	a.serveSecret(v, parts[1], version)
}

// The content types of certificates. A secret of either has PEM for its Value here; the
// true vault turns the first into the second when asked to.
const (
	pfxType = "application/x-pkcs12"
	pemType = "application/x-pem-file"
)

func (a *Azure) serveSecret(v *visit, name, version string) {
	secret, ok := a.secrets.get(name, version)
	switch now := time.Now(); {
	case !ok:
		v.answer(errorReply(http.StatusNotFound, "SecretNotFound", "A secret with this name was not found in this key vault.", nil))
	case secret.Disabled:
		v.answer(errorReply(http.StatusForbidden, "Forbidden", "Operation get is not allowed on a disabled secret.", object{"innererror": object{"code": "SecretDisabled"}}))
	case now.Before(secret.NotBefore):
		v.answer(errorReply(http.StatusForbidden, "Forbidden", "Operation get is not allowed on a secret that is not yet valid.", object{"innererror": object{"code": "SecretNotYetValid"}}))
	case !secret.Expires.IsZero() && now.After(secret.Expires):
		v.answer(errorReply(http.StatusForbidden, "Forbidden", "Operation get is not allowed on an expired secret.", object{"innererror": object{"code": "SecretExpired"}}))
	default:
		if v.r.URL.Query().Get("outContentType") == pemType && secret.ContentType == pfxType {
			secret.ContentType = pemType // the value is PEM already
		}
		v.json(http.StatusOK, a.secretObject(name, secret))
	}
}

func (a *Azure) secretObject(name string, s Secret) object {
	level := s.RecoveryLevel
	if level == "" {
		level = "Recoverable+ProtectedSubscription"
	}
	attributes := object{"enabled": !s.Disabled, "created": s.Created.Unix(), "updated": s.Created.Unix(), "recoveryLevel": level, "recoverableDays": 90}
	if !s.Expires.IsZero() {
		attributes["exp"] = s.Expires.Unix()
	}
	if !s.NotBefore.IsZero() {
		attributes["nbf"] = s.NotBefore.Unix()
	}
	all := object{"value": s.Value, "id": "https://" + a.VaultHost() + "/secrets/" + name + "/" + s.Version, "attributes": attributes}
	if s.ContentType != "" {
		all["contentType"] = s.ContentType
	}
	return all
}
