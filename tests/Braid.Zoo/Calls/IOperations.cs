namespace BugZoo.Calls;

/// <summary>What threads may do at the same time to one object.</summary>
internal interface IOperations
{
    /// <summary>The types whose public members are to be there.</summary>
    IReadOnlyList<Type> Of { get; }

    /// <summary>The members, by the name of each, and after a colon what tells one use of it from another.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>Performs operations at the same time on a new object.</summary>
    /// <param name="numbers">Their places in <see cref="Names"/>.</param>
    /// <exception cref="ClaimException">The object is not as it has to be after that.</exception>
    void Run(IReadOnlyList<int> numbers);
}
