namespace Braid.Checking.Testing;

/// <summary>Something that provides the arguments of a test, in one or more rows.</summary>
/// <param name="Read">Returns all rows. It runs code of the program.</param>
/// <param name="IsFixed">
/// The rows are constants, which are read once. Otherwise they may be objects that a run changes, and each run reads them anew.
/// </param>
internal sealed record TestSource(Func<IEnumerable<TestRow>> Read, bool IsFixed);
