using Braid.Multiprocessing;

namespace Braid.Python;

/// <summary>Which object of which manager: what Python's <c>Token</c> holds.</summary>
/// <param name="Typeid">The name under which its type is registered.</param>
/// <param name="Address">Where its server listens.</param>
/// <param name="Ident">Its number there, as text.</param>
internal sealed record Token(string Typeid, Address Address, string Ident)
{
    private const string Name = "Token";
    private const string Rebuild = "RebuildProxy";
    private const string Auto = "AutoProxy";

    // The proxy classes of SyncManager; every other type has an automatic one, which is told the names of its methods.
    private static readonly Dictionary<string, string> s_classes = new()
    {
        ["list"] = "ListProxy",
        ["dict"] = "DictProxy",
        ["Lock"] = "AcquirerProxy",
        ["RLock"] = "AcquirerProxy",
        ["Semaphore"] = "AcquirerProxy",
        ["BoundedSemaphore"] = "AcquirerProxy",
        ["Condition"] = "ConditionProxy",
        ["Event"] = "EventProxy",
        ["Barrier"] = "BarrierProxy",
        ["Namespace"] = "NamespaceProxy",
        ["Value"] = "ValueProxy",
        ["Array"] = "ArrayProxy",
        ["Pool"] = "PoolProxy",
        ["Iterator"] = "IteratorProxy",
    };

    /// <summary>The class of Python that stands for objects of a type.</summary>
    public static string ClassOf(string typeid) => s_classes.GetValueOrDefault(typeid, Auto);

    /// <summary>The token as what Python makes its own of.</summary>
    public PythonCall ToPython() => new(ManagerWire.Module, Name)
    {
        IsNew = true,
        State = new object?[] { Typeid, ManagerWire.AddressToPython(Address), Ident },
    };

    /// <summary>A proxy as what Python makes its own of.</summary>
    /// <param name="exposed">The names of its methods, for an automatic proxy.</param>
    public PythonCall ToProxy(string[] exposed)
    {
        string name = ClassOf(Typeid);
        var kwds = new Dictionary<string, object?>();
        if (name == Auto)
        {
            kwds["exposed"] = exposed.ToArray<object?>();
        }

        return new PythonCall(ManagerWire.Module, Rebuild, new PythonGlobal(ManagerWire.Module, name), this, "pickle", kwds);
    }

    /// <summary>Has tokens read and written, and proxies read.</summary>
    /// <param name="options">Where to register it.</param>
    /// <param name="resolve">Makes what a proxy stands for of its token, and of the names of its methods if they are in the pickle.</param>
    public static PickleOptions Register(PickleOptions options, Func<Token, string[]?, object?> resolve)
    {
        options
            .AddReader(ManagerWire.Module, Name, Read)
            .AddReader(ManagerWire.Module, Rebuild, args => args is [PythonGlobal, Token token, "pickle", Dictionary<object, object?> kwds]
                ? resolve(token, NamesIn(kwds.GetValueOrDefault("exposed")))
                : throw PickleException.Arguments($"{ManagerWire.Module}.{Rebuild}", "a proxy class, a token, 'pickle' and keywords"))
            .AddWriter<Token>(static token => token.ToPython());
        foreach (string name in s_classes.Values.Append(Auto).Distinct())
        {
            options.AddGlobal(ManagerWire.Module, name);
        }

        return options;
    }

    /// <summary>The names in a tuple or a list; null for what is none.</summary>
    public static string[]? NamesIn(object? value)
    {
        IReadOnlyList<object?>? items = value is object?[] or List<object?> ? (IReadOnlyList<object?>)value : null;
        return items is not null && items.All(static item => item is string) ? [.. items.Cast<string>()] : null;
    }

    private static object Read(object?[] args, object? state) =>
        args is [] && state is object?[] and [string typeid, var address, string ident]
            && ManagerWire.AddressFromPython(address) is { } found
            ? new Token(typeid, found, ident)
            : throw PickleException.Arguments($"{ManagerWire.Module}.{Name}", "the state (typeid, address, id)");
}
