// Package azurepii asks Azure AI Language, or its container, for personal data in texts:
// names, places and organisations above all, which package detect finds only by the words
// around them.
//
// The texts leave the process as they are, so that only a service that may see them should
// be asked: a private endpoint in the same tenant, or the container. Requests opt out of
// logging.
//
// Source: Microsoft Learn, "Detect and redact personally identifying information in text"
// and the REST reference "Analyze Text", version 2026-05-01.
package azurepii
