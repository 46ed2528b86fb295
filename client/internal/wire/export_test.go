package wire

// Scan reads any JSON value without a table, as Leaves does, and returns only the fault.
func Scan(body []byte, depth int) error {
	_, err := Leaves(nil, body, Limits{MaxDepth: depth})
	return err
}

// LongestTable is the number of members of the largest shape.
func LongestTable() int {
	longest := 0
	for _, s := range []*shape{chatRequest, responsesRequest, completionsRequest, imagesRequest, itemShape, toolShape, responseShape, eventShape, choicesAnswer, partShape} {
		longest = max(longest, len(s.members))
	}
	return longest
}

// MaxMembers is the limit that LongestTable must keep.
const MaxMembers = maxMembers

// EventTypes are the types of events that the table has.
func EventTypes() []string {
	all := make([]string, 0, len(responseEvents))
	for name := range responseEvents {
		all = append(all, name)
	}
	return all
}

// MemberNames lists the names that the table of an operation's requests has.
func MemberNames(op Operation) []string {
	names := []string{"unheard_of"}
	for _, m := range requestShape(op).members {
		names = append(names, m.name)
	}
	return names
}

// FieldNames lists the fields that the table of an operation's forms has.
func FieldNames(op Operation) []string {
	names := []string{"unheard_of"}
	for _, m := range documentOf(op).form.members {
		names = append(names, m.name)
	}
	return names
}

// FileOperations are the operations on forms and files.
func FileOperations() []Operation {
	var all []Operation
	for op := firstFile; op < firstStored; op++ {
		all = append(all, op)
	}
	return all
}

// StoredOperations are the operations on stored objects.
func StoredOperations() []Operation {
	var all []Operation
	for op := firstStored; op < operations; op++ {
		all = append(all, op)
	}
	return all
}

// AnswerNames lists the names that the table of an operation's answers has.
func AnswerNames(op Operation) []string {
	names := []string{"unheard_of"}
	for _, m := range answerShape(op).members {
		names = append(names, m.name)
	}
	return names
}

// ThreadEventTypes are the types of events of runs that the table has.
func ThreadEventTypes() []string {
	all := make([]string, 0, len(threadEvents))
	for name := range threadEvents {
		all = append(all, name)
	}
	return all
}

// A FormPart is a part of a form.
type FormPart struct {
	Name, Filename, Content string
	File                    bool
}

// FormParts splits a form.
func FormParts(boundary string, body []byte) ([]FormPart, bool) {
	f := former{scanner: scanner{b: body}}
	if !f.split(boundary) {
		return nil, false
	}
	parts := make([]FormPart, 0, len(f.parts))
	for _, p := range f.parts {
		parts = append(parts, FormPart{
			Name:     string(body[p.name.start:p.name.end]),
			Filename: string(body[p.filename.start:p.filename.end]),
			Content:  string(body[p.content.start:p.content.end]),
			File:     p.file,
		})
	}
	return parts, true
}
