namespace Braid.Multiprocessing;

/// <summary>How a process of the same program finds a segment: a process that has it open, and its descriptor in that process.</summary>
/// <param name="Pid">The process.</param>
/// <param name="Descriptor">Its file descriptor.</param>
/// <param name="Id">The segment's random number, which reveals that a descriptor was reused meanwhile.</param>
/// <param name="Kind">The kind of its contents.</param>
/// <param name="DataBytes">The size of its contents.</param>
internal readonly record struct SegmentHandle(int Pid, int Descriptor, ulong Id, SegmentKind Kind, long DataBytes);
