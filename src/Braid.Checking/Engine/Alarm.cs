namespace Braid.Checking.Engine;

/// <summary>Something that happens at a virtual time.</summary>
/// <param name="Due">Ticks of a tenth of a microsecond since the run began.</param>
/// <param name="Order">Alarms of the same time ring in the order in which they were set.</param>
/// <param name="Ring">What happens; done by the scheduler, so it only changes who can go on.</param>
internal sealed record Alarm(long Due, long Order, Action Ring);
