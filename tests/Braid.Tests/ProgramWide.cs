namespace Braid.Tests;

/// <summary>Tests that change what belongs to the whole program: they run one at a time, and with no others.</summary>
[CollectionDefinition(nameof(ProgramWide), DisableParallelization = true)]
public sealed class ProgramWide;
