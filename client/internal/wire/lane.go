package wire

// A Lane names one of the texts that a stream delivers in pieces. Two pieces belong to
// the same text exactly if their lanes are equal. It is comparable and holds no pointers;
// it means something only beside the [Stream] that made it. The zero Lane is no lane.
type Lane struct {
	part  lanePart
	ident uint32 // id of an item or object, or field name, as numbered by the Stream; 0 is none
	// The indexes are one more than on the wire; 0 is absent.
	major  int32 // choice, output_index, or place in a message or a step of a run
	minor  int32 // tool call, content_index, or output of a tool call of a run
	detail int32 // summary_index or command_index
}

// A lanePart says which member of a choice, or which family of events, a Lane is.
type lanePart uint8

const (
	noPart lanePart = iota
	partContent
	partRefusal
	partReasoning
	partTranscript
	partText
	partCallArguments
	partToolArguments
	partToolInput
	partOther // a member that the table does not have, named by ident
	partDelta // the delta of an event whose type is not known yet
	partOutputText
	partReasoningText
	partReasoningSummary
	partFunctionArguments
	partMCPArguments
	partCustomInput
	partCode
	partCommand
	partStdout
	partStderr
	partToolOutput
)
