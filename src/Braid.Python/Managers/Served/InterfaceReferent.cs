using System.Collections;

namespace Braid.Python;

/// <summary>An object of the program, of which clients reach the members of one interface.</summary>
internal sealed class InterfaceReferent(
    string typeid, object target, InterfaceMap map, string[]? exposed, PickleOptions options, Func<Type, object, Referent?> serve)
    : Referent(typeid)
{
    public override string[] Exposed => exposed ?? map.Names;

    public override object Target => target;

    public override object? Call(
        Caller caller, string method, IReadOnlyList<object?> args, IReadOnlyDictionary<string, object?> kwds)
    {
        if (exposed is not null && !exposed.Contains(method))
        {
            throw new MissingMethodException($"'{Typeid}' object does not expose '{method}'");
        }

        InterfaceMember member = map.Find(Typeid, method, args.Count, kwds);
        object? result = member.Call(target, caller, method, args, kwds, options);
        return result switch
        {
            null => null,
            _ when member.ReturnsIterator => new ReturnedProxy(new IteratorReferent((IEnumerator)result)),
            _ => serve(member.Result, result) is { } referent ? new ReturnedProxy(referent) : result,
        };
    }

    public override object? GetValue() => target;

    public override string Repr() => target.ToString() ?? "";
}
