package ratelimit

import (
	"strings"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// ToolOverhead is what tools cost beyond the texts of their names, descriptions and schemas:
// 7 tokens per tool and 3 for its parameters, 3 per parameter, 3 per value of an enumeration,
// and 12 once (OpenAI cookbook, "How to count tokens with tiktoken", part 7, for gpt-4o).
func ToolOverhead(tools, parameters, enumValues int) int {
	if tools <= 0 {
		return 0
	}
	return 12 + (7+3)*tools + 3*parameters + 3*enumValues
}

// An imageCost is how a model counts images: by tiles of 512 pixels, or by patches of 32.
type imageCost struct {
	model         string // its name begins so
	base, perTile int
	patches       int // the most that count; 0: tiles
	thousandths   int // of a token per patch
}

// imageCosts has the longer names before the shorter (OpenAI, "Images and vision", 2026-11;
// not checked against bills). The last one is for names that are not known: of its kind the
// dearest in use.
var imageCosts = [...]imageCost{
	{"gpt-4o-mini", 2833, 5667, 0, 0},
	{"gpt-4.1-mini", 0, 0, 1536, 1620},
	{"gpt-4.1-nano", 0, 0, 1536, 2460},
	{"gpt-4o", 85, 170, 0, 0},
	{"gpt-4.1", 85, 170, 0, 0},
	{"gpt-4.5", 85, 170, 0, 0},
	{"gpt-5-mini", 0, 0, 1536, 1620},
	{"gpt-5-nano", 0, 0, 1536, 2460},
	{"gpt-5.1", 70, 140, 0, 0},
	{"gpt-5.2", 0, 0, 1536, 1000},
	{"gpt-5.4-mini", 0, 0, 2500, 1620},
	{"gpt-5.4-nano", 0, 0, 2500, 2460},
	{"gpt-5.4", 0, 0, 2500, 1000},
	{"gpt-5.5", 0, 0, 2500, 1000},
	{"gpt-5", 70, 140, 0, 0},
	{"o4-mini", 0, 0, 1536, 1720},
	{"o1", 75, 150, 0, 0},
	{"o3", 75, 150, 0, 0},
	{"", 0, 0, 2500, 2460},
}

// ImageTokens is what an image of width by height pixels costs a model, by the formulas that
// are published; low is the detail of that name. A size that is not known, zero or less, is
// the largest that counts. The model is its name, not that of a deployment, which may be
// anything.
func ImageTokens(model string, width, height int, low bool) int {
	cost := imageCosts[len(imageCosts)-1]
	for _, c := range imageCosts {
		if strings.HasPrefix(strings.ToLower(model), c.model) {
			cost = c
			break
		}
	}
	switch {
	case cost.patches > 0:
		return (cost.patchesOf(width, height)*cost.thousandths + 999) / 1000
	case low:
		return cost.base
	default:
		return cost.base + cost.perTile*tiles(width, height)
	}
}

func (c *imageCost) patchesOf(width, height int) int {
	const patch, widest = 32, 1 << 20
	if width <= 0 || height <= 0 || width > widest || height > widest {
		return c.patches
	}
	return min((width+patch-1)/patch*((height+patch-1)/patch), c.patches)
}

// tiles is the number of tiles of 512 pixels, after the image was made to fit a square of
// 2048 and then its shorter side 768, where they were larger.
func tiles(width, height int) int {
	const square, short, tile, most = 2048, 768, 512, 8
	if width <= 0 || height <= 0 {
		return most
	}
	w, h := float64(width), float64(height)
	if long := max(w, h); long > square {
		w, h = w*square/long, h*square/long
	}
	if side := min(w, h); side > short {
		w, h = w*short/side, h*short/side
	}
	return max(int(w+tile-1)/tile, 1) * max(int(h+tile-1)/tile, 1)
}

const (
	maxCorrections = 4096
	leastFactor    = 0.5
	mostFactor     = 2
	oddFactor      = 4    // more or less than this by one call says nothing
	freshness      = 0.05 // of the moving average, once there were so many
)

// Corrections learn for each deployment by how much its usage differs from the estimates:
// templates, tools and the language of its callers. It is an exponentially weighted mean,
// never below a half nor above two, over the last twenty calls or so.
//
// Corrections remember 4,096 deployments, start no goroutine, need no closing, and are safe
// for concurrent use. The zero Corrections are ready to use.
type Corrections struct {
	mu    sync.Mutex
	known *simplelru.LRU[Key, *correction]
}

type correction struct {
	factor float64
	calls  int
}

// Estimate returns tokens as the deployment is known to count them.
func (c *Corrections) Estimate(deployment Key, tokens int64) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil || tokens <= 0 {
		return tokens
	}
	one, ok := c.known.Get(deployment)
	if !ok {
		return tokens
	}
	return int64(float64(min(tokens, MaxPerMinute))*min(max(one.factor, leastFactor), mostFactor) + 0.5)
}

// Learn takes in that a prompt, estimated at so many tokens before any correction, counted as
// so many. What is not positive, or four times more or less, says nothing.
func (c *Corrections) Learn(deployment Key, estimated, counted int64) {
	ratio := float64(counted) / float64(estimated)
	if estimated <= 0 || counted <= 0 || ratio > oddFactor || ratio < 1.0/oddFactor {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil {
		c.known, _ = simplelru.NewLRU[Key, *correction](maxCorrections, nil) // fails for sizes below 1 only
	}
	one, ok := c.known.Get(deployment)
	if !ok {
		one = &correction{factor: 1}
		c.known.Add(deployment, one)
	}
	one.calls++
	weight := max(freshness, 1/float64(one.calls+1))
	one.factor += weight * (ratio - one.factor)
}
