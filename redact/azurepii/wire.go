package azurepii

import (
	"strconv"
)

// The request and the answer of POST /language/:analyze-text.
type request struct {
	Kind       string `json:"kind"`
	Parameters struct {
		ModelVersion    string `json:"modelVersion"`
		Domain          string `json:"domain"`
		LoggingOptOut   bool   `json:"loggingOptOut"`
		StringIndexType string `json:"stringIndexType"`
	} `json:"parameters"`
	AnalysisInput struct {
		Documents []document `json:"documents"`
	} `json:"analysisInput"`
}

type document struct {
	ID       string `json:"id"`
	Language string `json:"language"`
	Text     string `json:"text"`
}

type response struct {
	Results struct {
		Documents []struct {
			ID       string `json:"id"`
			Entities []struct {
				Text        string  `json:"text"`
				Category    string  `json:"category"`
				Subcategory string  `json:"subcategory"`
				Offset      int     `json:"offset"`
				Length      int     `json:"length"`
				Score       float32 `json:"confidenceScore"`
			} `json:"entities"`
			Warnings []struct {
				Code string `json:"code"`
			} `json:"warnings"`
		} `json:"documents"`
		Errors []struct {
			ID string `json:"id"`
		} `json:"errors"`
	} `json:"results"`
}

func newRequest(c *Config, bodies []string) *request {
	r := &request{Kind: "PiiEntityRecognition"}
	r.Parameters.ModelVersion = c.Model
	r.Parameters.Domain = "none"
	if c.Health {
		r.Parameters.Domain = "phi"
	}
	r.Parameters.LoggingOptOut = true
	r.Parameters.StringIndexType = "Utf16CodeUnit" // the default counts graphemes
	for i, body := range bodies {
		r.AnalysisInput.Documents = append(r.AnalysisInput.Documents, document{strconv.Itoa(i + 1), c.Language, body})
	}
	return r
}
