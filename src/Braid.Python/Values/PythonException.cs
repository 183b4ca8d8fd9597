using System.Globalization;
using System.Numerics;

namespace Braid.Python;

/// <summary>An exception of Python.</summary>
public sealed class PythonException : Exception
{
    /// <summary>Creates an exception that Python will know by its own type.</summary>
    /// <param name="type">The class, for instance <c>new PythonGlobal("builtins", "ValueError")</c>.</param>
    /// <param name="args">The arguments: plain data.</param>
    public PythonException(PythonGlobal type, params object?[] args)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(args);
        Type = type;
        Arguments = args;
    }

    /// <summary>The class.</summary>
    public PythonGlobal Type { get; }

    /// <summary>Module and name of the class: <c>builtins.ValueError</c>.</summary>
    public string TypeName => Type.ToString();

    /// <summary>What the exception was created with: its <c>args</c>.</summary>
    public IReadOnlyList<object?> Args => Arguments;

    /// <summary>Its other attributes, <c>__notes__</c> for instance; mostly none.</summary>
    public IDictionary<string, object?> Attributes { get; } = new Dictionary<string, object?>();

    internal object?[] Arguments { get; }

    /// <summary>The class, and its arguments as text; only the beginning of long ones.</summary>
    public override string Message
    {
        get
        {
            const int Few = 8;
            string name = Type.Module == "builtins" ? Type.Name : Type.ToString();
            return Arguments.Length == 0 ? name : $"{name}: {string.Join(", ", Arguments.Take(Few).Select(Text))}";
        }
    }

    /// <summary>An argument as text of bounded size, since the peer chose the arguments. Built only when the message is read.</summary>
    private static string? Text(object? argument)
    {
        const int MaxLength = 1000;
        return argument switch
        {
            null => "None",
            string text => text.Length <= MaxLength ? text : $"{text.AsSpan(0, MaxLength)}...",
            BigInteger number when number.GetByteCount() > MaxLength => $"an int of {number.GetByteCount():n0} bytes",
            _ => Convert.ToString(argument, CultureInfo.InvariantCulture),
        };
    }
}
