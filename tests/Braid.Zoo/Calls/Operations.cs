namespace BugZoo.Calls;

/// <summary>The operations of a type whose calls return by themselves.</summary>
/// <param name="of">The type whose public members are to be there.</param>
/// <param name="make">Makes an object that holds something.</param>
/// <param name="operations">Each may be called by several threads at once, and never throws.</param>
internal sealed class Operations<T>(Type of, Func<T> make, params (string Name, Action<T> Do)[] operations) : IOperations
{
    public IReadOnlyList<Type> Of => [of];

    public IReadOnlyList<string> Names => [.. operations.Select(operation => operation.Name)];

    public void Run(IReadOnlyList<int> numbers)
    {
        T made = make();
        var others = new Thread[numbers.Count - 1];
        for (int i = 0; i < others.Length; i++)
        {
            int number = numbers[i];
            others[i] = new Thread(() => operations[number].Do(made));
            others[i].Start();
        }

        operations[numbers[^1]].Do(made);
        foreach (Thread other in others)
        {
            other.Join();
        }
    }
}
