// Package wire knows what travels between an application and Azure OpenAI: which routes
// there are, where text stands in a body, and how a stream is cut into events.
//
// It reads and never changes anything. What it finds are offsets, so that a caller can put
// other bytes in the place of a text and keep every byte around it ([Splice]).
//
// # One pass over a body
//
//	bytes ──> scanner ──> walker ──> Texts      where people's words are
//	           strict       │
//	           RFC 8259     ├──────> facts      model, stream, limits, usage, finish
//	                        │
//	                      shapes                one table per kind of object
//
// The shapes are a closed world turned around: they list what is not text. A string is a
// text unless a shape says that it is a constant, an id or a model, and it also looks like
// one. A member that no shape knows is text with everything below it, and so is its name;
// a number of eight or more digits is reported where no shape expects a number.
//
// What two parsers could read in two ways is refused: a name that stands twice in one
// object (compared unescaped), a name that differs from a known one in case alone, bytes
// that are not UTF-8, lone surrogates, control characters in strings, a second value,
// nesting beyond the limit.
//
// # Forms and files
//
// A form is split into its parts first, and what is in them is looked at as its table says.
// All offsets are into the whole body, so that one [Splice] edits it.
//
//	--boundary
//	Content-Disposition: form-data; name="prompt"     ──> table of the route:
//	                                                      constant, or
//	a cat in the style of Ann                         ──> Text, Plain
//	--boundary
//	Content-Disposition: form-data; name="file"; filename="Ann.jsonl"
//	                                                      └──> Text, Plain
//	{"custom_id":"1","url":"/v1/chat/completions",
//	     "body":{"messages":[...]}}                   ──> walker, with the shape that the
//	{"custom_id":"2",...}                                 line's url names ──> Texts
//	--boundary--
//
// The file of an upload is read by its purpose: calls for a batch and examples for
// fine-tuning line by line, other JSON as a document or lines, other text as one Plain
// Text; what is no text is Media. A file that comes back is read in the same way, and one
// that is no text is refused.
//
// What two readers could split in two ways is refused: text around the parts, bare line
// feeds, a boundary within a content, escapes and filename* in a header, headers that no
// client of the service writes, a field that stands twice. An edit may make a boundary of
// what stands beside it, or end the quotes of a file name: [Request.Intact] tells.
//
// # Streams
//
//	Reader ──> Event ──> Stream.Parse ──> Chunk{Texts, Flush, Terminal}
//	                                        │
//	                                        │ a Piece belongs to a Lane; lanes in Flush
//	                                        v end with this event
//	           Event.Append <── new Data ──╯
//
// A Piece may end in the middle of a word that the caller looks for. It is the caller who
// holds back what could be the beginning of one, per Lane, until a lane goes on or ends.
//
// Of a text in a stream it is told whether it has been said before. The APIs say most texts
// twice or more: in pieces, as a part, as an item, and in the whole answer at the end. Text.Again
// is true only of what this very stream has said, so that nothing goes unseen because an
// earlier event should have had it.
//
// # What is stored
//
// An answer may hold what other calls have sent: a response that goes on from another, a
// message of a thread, what a search found in a file. Who replaced texts in those calls must
// find them again, by ids. A [Route] has those of its path, a [Request] those of its body, and
// an [Answer] those under which the objects that it made can be asked for later:
//
//	POST conversations/conv_1/items    Route.Refs    conv_1
//	{"previous_response_id":"resp_1"}  Request.Refs  resp_1
//	{"id":"resp_2","conversation":..}  Answer.Refs   resp_2, conv_1
//
// # Log probabilities
//
// Log probabilities hold a text once more, in tokens that no one can search. Each token is a
// Splinter; Request.Splinters and Answer.Splinters are the edits that leave out all of them.
//
// The description of routes and fields follows openai-go v3.96.0 and the REST reference on
// Microsoft Learn, both as of 2026-11. A test of package openaiv3 holds the tables to every
// field that the SDK has.
package wire
