namespace BugZoo.Collections;

/// <summary>The operations of one collection type.</summary>
/// <param name="of">The type whose public members are to be there.</param>
/// <param name="make">Makes a collection that holds something.</param>
/// <param name="operations">Each may be called by several threads at once, and never throws.</param>
internal sealed class Operations<T>(Type of, Func<T> make, params (string Name, Action<T> Do)[] operations) : IOperations
{
    public Type Of => of;

    public IReadOnlyList<string> Names => [.. operations.Select(operation => operation.Name)];

    public Action<int> New()
    {
        T collection = make();
        return number => operations[number].Do(collection);
    }
}
