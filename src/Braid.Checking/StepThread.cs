namespace Braid.Checking;

/// <summary>A thread of a schedule.</summary>
/// <param name="Number">
/// Its number in order of creation; 0 is the thread that runs the body. A work item of the thread pool may have the number of one that
/// ended before it.
/// </param>
/// <param name="Name">
/// Its name in the report: the one that the program gave it, or <c>main</c>, <c>thread 1</c>, <c>work item 2</c>.
/// </param>
public readonly record struct StepThread(int Number, string Name);
