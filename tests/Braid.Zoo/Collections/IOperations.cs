namespace BugZoo.Collections;

/// <summary>What threads may do at the same time to one collection.</summary>
internal interface IOperations
{
    /// <summary>The type whose public members are to be there.</summary>
    Type Of { get; }

    /// <summary>The members, by the name of each, and after it what tells one use from another.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>A fresh collection, and the operations on it by their numbers.</summary>
    Action<int> New();
}
