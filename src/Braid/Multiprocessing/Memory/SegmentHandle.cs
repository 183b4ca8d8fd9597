namespace Braid.Multiprocessing;

/// <summary>Where a process of the same program finds a segment: a process that has it open, and its descriptor there.</summary>
/// <param name="Pid">The process.</param>
/// <param name="Descriptor">Its file descriptor.</param>
/// <param name="Id">The segment's random number, so that a descriptor used for something else meanwhile is noticed.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="DataBytes">The size of what it holds.</param>
internal readonly record struct SegmentHandle(int Pid, int Descriptor, ulong Id, SegmentKind Kind, long DataBytes);
