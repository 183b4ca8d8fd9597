using System.Globalization;

namespace Braid.Python;

/// <summary>The parameters of a method as Python writes them: <c>item, block=True, timeout=None</c>.</summary>
internal sealed class Signature
{
    private const string AllArguments = "*args, **kwds";

    private static readonly object s_missing = new();

    private readonly string[] _names;
    private readonly object?[] _defaults;   // s_missing for a parameter without one
    private bool _takesAll;                 // written while it is made

    public Signature(string[] names, object?[] defaults) => (_names, _defaults) = (names, defaults);

    /// <summary>What stands for no default.</summary>
    public static object Missing => s_missing;

    /// <summary>The value of a parameter whose default is <c>...</c>, if there was no argument: so that None can be one.</summary>
    public static object Absent { get; } = new();

    /// <param name="text">Names with None, True, False, ... or numbers as defaults, between commas; or <c>*args, **kwds</c>.</param>
    public static Signature Parse(string text)
    {
        if (text == AllArguments)
        {
            return new Signature([], []) { _takesAll = true };
        }

        string[] parts = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return new Signature(
            [.. parts.Select(static part => part.Split('=')[0])],
            [.. parts.Select(static part => part.Split('=') is [_, var value] ? Literal(value) : s_missing)]);
    }

    /// <summary>The arguments in the order of the parameters.</summary>
    /// <exception cref="PythonException">A TypeError: they do not fit.</exception>
    public object?[] Bind(string method, IReadOnlyList<object?> args, IReadOnlyDictionary<string, object?> kwds)
    {
        if (_takesAll)
        {
            return [args, kwds];
        }

        if (args.Count > _names.Length)
        {
            throw Exceptions.Make("TypeError", $"{method}() takes at most {_names.Length} arguments ({args.Count} given)");
        }

        object?[] bound = [.. _defaults];
        for (int i = 0; i < args.Count; i++)
        {
            bound[i] = args[i];
        }

        foreach ((string name, object? value) in kwds)
        {
            int index = Array.IndexOf(_names, name);
            if (index < 0)
            {
                throw Exceptions.Make("TypeError", $"{method}() got an unexpected keyword argument '{name}'");
            }

            bound[index] = index >= args.Count
                ? value
                : throw Exceptions.Make("TypeError", $"{method}() got multiple values for argument '{name}'");
        }

        int missing = Array.IndexOf(bound, s_missing);
        return missing < 0 ? bound : throw Exceptions.Make("TypeError", $"{method}() is missing the argument '{_names[missing]}'");
    }

    /// <summary>Whether so many arguments by position, and these names, may fit.</summary>
    public bool Accepts(int count, IEnumerable<string> names) =>
        count <= _names.Length && names.All(_names.Contains)
            && _defaults.Index().All(one => one.Item != s_missing || one.Index < count || names.Contains(_names[one.Index]));

    private static object? Literal(string text) => text switch
    {
        "None" => null,
        "True" => true,
        "False" => false,
        "..." => Absent,
        _ => long.Parse(text, CultureInfo.InvariantCulture),
    };
}
