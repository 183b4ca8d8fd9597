namespace Braid.Checking.Tests.Strategies;

/// <summary>An object of a model program.</summary>
internal interface IModelObject
{
    [ThreadStatic]
    private static int t_made;

    /// <summary>The same in each run of a program.</summary>
    int Name { get; }

    /// <summary>A run begins: its objects are named in order of creation.</summary>
    static void Begin() => t_made = 0;

    static int Next() => ++t_made;
}
