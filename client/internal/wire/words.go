package wire

import "bytes"

// roleOf maps the roles of both APIs; developer is the newer name of system.
func roleOf(b []byte) Role {
	switch string(b) {
	case "system", "developer":
		return System
	case "user":
		return User
	case "assistant", "model":
		return Assistant
	case "tool", "function":
		return Tool
	}
	return NoRole
}

// roleOfItem is the role of an item of Responses that names none: calls and reasoning are
// the model's, outputs are a tool's.
func roleOfItem(kind []byte) Role {
	switch {
	case bytes.HasSuffix(kind, []byte("_output")):
		return Tool
	case bytes.HasSuffix(kind, []byte("_call")), string(kind) == "reasoning", string(kind) == "mcp_approval_request":
		return Assistant
	}
	return NoRole
}

// finishReason returns one of the reasons that the APIs document, or "other": it goes into
// spans, which must not hold what a peer made up.
func finishReason(b []byte) string {
	switch string(b) {
	case "stop":
		return "stop"
	case "length":
		return "length"
	case "tool_calls":
		return "tool_calls"
	case "function_call":
		return "function_call"
	case "content_filter":
		return "content_filter"
	case "max_output_tokens":
		return "max_output_tokens"
	case "completed":
		return "completed"
	case "incomplete":
		return "incomplete"
	case "failed":
		return "failed"
	case "cancelled":
		return "cancelled"
	}
	return "other"
}

// privatePathDenials are how the service says that a call reached it over a public path
// (Microsoft Learn, "Configure Azure AI services virtual networks", 2026).
var privatePathDenials = [...]string{
	"Access denied due to Virtual Network/Firewall rules",
	"Public access is disabled",
	"A Virtual Network is configured for this resource",
}

func leftPrivatePath(message []byte) bool {
	for _, denial := range privatePathDenials {
		if bytes.Contains(message, []byte(denial)) {
			return true
		}
	}
	return false
}
