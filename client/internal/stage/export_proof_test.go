package stage

// NetworkOf is what a record tells of a proof.
var NetworkOf = networkOf
