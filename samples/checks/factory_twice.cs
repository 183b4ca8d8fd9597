// What you learn: a ConcurrentDictionary may create a value twice; it keeps only one of them.
//
// GetOrAdd runs its factory outside its locks. Two threads that ask for the same key at the same time both run it:
// no harm for a number, but here it opens a connection, and the second one is never closed:
//   dotnet run samples/checks/factory_twice.cs
//   braid check samples/checks/factory_twice.cs
//   braid check samples/checks/factory_twice.cs --method Mended
using System.Collections.Concurrent;

Connections.AskTwice(connections => connections.Get("db"));
Console.WriteLine("One connection was opened.");

internal sealed class Connections
{
    private readonly ConcurrentDictionary<string, object> _open = new();
    private readonly ConcurrentDictionary<string, Lazy<object>> _lazy = new();
    private int _opened;

    public static void Mended() => AskTwice(connections => connections.GetLazily("db"));

    public static void AskTwice(Action<Connections> ask)
    {
        var connections = new Connections();
        var other = new Thread(() => ask(connections));
        other.Start();
        ask(connections);
        other.Join();
        if (connections._opened != 1)
        {
            throw new InvalidOperationException($"{connections._opened} connections were opened to the same database.");
        }
    }

    public object Get(string name) => _open.GetOrAdd(name, Open);

    public object GetLazily(string name) => _lazy.GetOrAdd(name, key => new Lazy<object>(() => Open(key))).Value;   // of two, one is used

    private object Open(string name)
    {
        Interlocked.Increment(ref _opened);
        return $"connection to {name}";
    }
}
