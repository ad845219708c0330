// Keeping an engine thread punctual beside other work on the same cores.
#pragma once

namespace loadgen {

/// Asks the kernel to run the calling thread at once when it wakes: as a real-time thread where the
/// process may (CAP_SYS_NICE), else by a higher priority and a short time slice, as far as these
/// are granted. All are wishes; what is refused is left as it was. A thread that mostly waits takes
/// nothing from others by this, but its sends are late by less when the machine is busy: without
/// it, by up to a scheduler tick.
void prefer_punctuality();

/// Takes the real-time priority back, for a thread that turns out to be busy most of the time: it
/// would starve the very system that it measures when that shares its cores.
void prefer_fairness();

}  // namespace loadgen
