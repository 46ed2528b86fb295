package clienttest

import (
	"maps"
	"net/http"
	"slices"
)

// serveModels answers a list of the models, or one of them if it has a name.
func (a *Azure) serveModels(v *visit, name string) {
	if v.r.Method != http.MethodGet {
		v.answer(errorReply(http.StatusMethodNotAllowed, "405", "Method Not Allowed", nil))
		return
	}
	names := slices.Compact(slices.Sorted(maps.Values(a.cfg.Deployments)))
	if name == "" {
		data := []object{}
		for _, n := range names {
			data = append(data, modelObject(n))
		}
		v.json(http.StatusOK, object{"object": "list", "data": data})
		return
	}
	if !slices.Contains(names, name) {
		v.answer(noSuchPath())
		return
	}
	v.json(http.StatusOK, modelObject(name))
}

func modelObject(name string) object {
	embeds := isEmbedding(name)
	return object{
		"id": name, "object": "model", "owned_by": "system", "created": 1715367049, "created_at": 1715367049,
		"status": "succeeded", "lifecycle_status": "generally-available",
		"capabilities": object{"inference": true, "fine_tune": false, "completion": !embeds, "chat_completion": !embeds, "embeddings": embeds},
		"deprecation":  object{"inference": 1798761600},
	}
}
