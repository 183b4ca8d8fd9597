using System.Globalization;
using System.Text;

namespace Braid.Python;

public sealed partial class ManagerServer
{
    /// <summary>Carries out a request to the server itself.</summary>
    private object?[] Control(Session session, object?[] request)
    {
        string function = (string)request[1]!;
        var args = (IReadOnlyList<object?>)request[2]!;
        try
        {
            return ManagerWire.Reply(ManagerWire.Return, (function, args) switch
            {
                ("dummy", []) => null,
                ("create", [string typeid, ..]) => Create(session, typeid, [.. args.Skip(1)], (Dictionary<string, object?>)request[3]!),
                ("incref", [string ident]) => Increment(session, ident),
                ("decref", [string ident]) => Decrement(session, ident),
                ("get_methods", [Token token]) => Names(_objects.Find(token.Ident) ?? throw Exceptions.Make("KeyError", token.Ident)),
                ("number_of_objects", []) => (long)_objects.Count,
                ("debug_info", []) => DebugInfo(),
                ("shutdown", []) => null,                      // when the reply is sent
                ("dummy" or "create" or "incref" or "decref" or "get_methods" or "number_of_objects" or "debug_info" or "shutdown", _) =>
                    throw Exceptions.Make("TypeError", $"{function}() got other arguments than it takes"),
                _ => throw Exceptions.Make("AssertionError", $"{PythonRepr.Of(function)} unrecognized"),
            });
        }
        catch (Exception exception)
        {
            return Failure(exception);
        }
    }

    private object?[] Create(Session session, string typeid, IReadOnlyList<object?> args, Dictionary<string, object?> kwds)
    {
        Registration type = _types.GetValueOrDefault(typeid) ?? throw Exceptions.Make("KeyError", typeid);
        Referent referent = type.Create(args, kwds);
        return [_objects.Add(referent, session), Names(referent)];
    }

    private object? Increment(Session session, string ident)
    {
        _objects.Increment(ident, session);
        return null;
    }

    private object? Decrement(Session session, string ident)
    {
        _objects.Decrement(ident, session);
        return null;
    }

    /// <summary>As CPython writes it: a line for each object, and the beginning of its text below.</summary>
    private string DebugInfo()
    {
        const int MostCharacters = 75;
        var text = new StringBuilder();
        foreach ((string ident, int count, Referent referent) in _objects.All())
        {
            string shown = referent.Str();
            text.Append(text.Length > 0 ? "\n" : "")
                .Append(CultureInfo.InvariantCulture, $"  {ident}:       refcount={count}\n")
                .Append(CultureInfo.InvariantCulture, $"    {shown[..Math.Min(MostCharacters, shown.Length)]}");
        }

        return text.ToString();
    }
}
