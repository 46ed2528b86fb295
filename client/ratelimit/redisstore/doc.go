// Package redisstore keeps the buckets of package ratelimit in Redis, so that a quota holds
// for any number of replicas together.
//
//	Take ──► one script over all buckets of the call ──► charged, or none is and who waits
//	           │ no answer in time, or nonsense
//	           └──► Closed: refused │ Share: this replica's part, from memory │ Open: passes
//	Settle, Cancel, Learn ──► gathered for 20 ms ──► one script over many buckets
//
// # What holds
//
// Every take is one atomic script that reads the clock of the server, so the sum of what any
// number of processes are granted is what one process would be: any 60 seconds pass at most
// what the comment of package ratelimit says. A process that is killed or stopped leaves its
// estimates charged and nothing else behind.
//
// No script is sent a second time by itself. When a reply is lost, whether the script ran is
// not known: the take is an error and its charge may stand, what a settlement gave back may
// be lost, and what it charged is sent again. All of these are too strict; none is an overrun.
//
// A bucket that is full again is the same as none, so its key expires then. Keys are keyed
// hashes: nobody who reads the server learns who calls, or finds out by guessing names. All of
// a namespace have one hash tag and so live in one slot of a cluster, on one node, because a
// deployment's bucket is shared by all tenants.
//
// # What does not
//
//   - A server that loses its data grants each bucket's burst once more. So does a failover to
//     a replica, as far as that was behind.
//   - When the server's clock is set back by 5 seconds, buckets regain nothing for 5 seconds,
//     and for no more than a minute in any case; when it is set forward, they regain 5 seconds
//     at once.
//   - A script that was charged but not answered in time stays charged.
//   - A refusal is believed for up to a second without asking again, so what another replica
//     gives back may be noticed that much later.
//   - go-redis writes addresses that it cannot dial to the standard error; redis.SetLogger
//     changes that.
//
// # When the server cannot be asked
//
// A call waits for Config.Timeout. After three failures in a row the server is left alone and
// looked for once a second, in the background, and calls go by the failure mode at once. Both
// changes are circuit.changed events, with the policy "limit store". Before the server is
// used again, each replica pays in what it granted from its share meanwhile: there is no burst
// on the way back. It pays in too much by what was owed when the outage began, so buckets can
// be emptier than they should for some seconds.
//
// # Sizing
//
// Permits are not leased to replicas in advance, because that wastes them: fixed leases leave
// up to 59 % unused, and adaptive ones end at a trip per call. A call costs one awaited trip
// and a 20 ms share of another. For a deployment of 10 million tokens per minute, calls of
// 1,000 tokens, offered 80 % of that by replicas whose demand is Zipf 0.8 (simulated by
// TestSizing):
//
//	replicas  calls/s  scripts/s  refused by one bucket  refused by fixed shares
//	       1      131        178                   0.0 %                     0.0 %
//	      10      135        248                   0.0 %                    18.6 %
//	     100      133        261                   0.0 %                    34.3 %
//	    1000      133        264                   0.0 %                    60.7 %
//
// A server does 20,000 to 60,000 such scripts per second on one core, so this is far from its
// limits, and so is a hundred such deployments.
package redisstore
