namespace Braid.Checking.Engine;

/// <summary>Something that happens at a virtual time.</summary>
/// <param name="Due">Ticks of a tenth of a microsecond since the run began.</param>
/// <param name="Order">Its number in the order in which alarms were set: alarms of the same time ring in that order.</param>
/// <param name="Ring">Called by the scheduler, so it may only change which threads are enabled.</param>
internal sealed record Alarm(long Due, long Order, Action Ring);
