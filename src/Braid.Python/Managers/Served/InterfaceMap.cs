using System.Collections.Concurrent;
using System.Reflection;

namespace Braid.Python;

/// <summary>What clients may call of an interface, under which names. Nothing else of an object is reached through it.</summary>
internal sealed class InterfaceMap
{
    private static readonly ConcurrentDictionary<Type, InterfaceMap> s_maps = new();

    private readonly Dictionary<string, List<InterfaceMember>> _members = [];

    private InterfaceMap(Type type)
    {
        List<(InterfaceMember Member, IReadOnlyList<string> Names)> all =
            [.. MemberNames.MethodsOf(type).Select(static method => (Method: method, Names: MemberNames.Of(method)))
                .Where(static one => one.Names.Count > 0).Select(static one => (new InterfaceMember(one.Method), one.Names))];
        foreach ((InterfaceMember member, IReadOnlyList<string> names) in all)
        {
            foreach (string name in names.Take(2))
            {
                AddOverload(name, member);
            }
        }

        foreach ((InterfaceMember member, IReadOnlyList<string> names) in all)
        {
            foreach (string name in names.Skip(2))
            {
                if (!_members.ContainsKey(name))
                {
                    AddOverload(name, member);
                }
            }
        }

        Names = [.. _members.Keys];
    }

    /// <summary>All names.</summary>
    public string[] Names { get; }

    /// <exception cref="ArgumentException">A member cannot be called over a wire, or two cannot be told apart.</exception>
    public static InterfaceMap Of(Type type) => s_maps.GetOrAdd(type, static type => new InterfaceMap(type));

    /// <summary>The member that is meant.</summary>
    /// <exception cref="MissingMethodException">There is none of the name.</exception>
    public InterfaceMember Find(string typeid, string name, int count, IReadOnlyDictionary<string, object?> kwds)
    {
        List<InterfaceMember> overloads = _members.GetValueOrDefault(name)
            ?? throw new MissingMethodException($"'{typeid}' object has no attribute '{name}'");
        return overloads.Find(one => one.Accepts(count, kwds)) ?? overloads[0];
    }

    private void AddOverload(string name, InterfaceMember member)
    {
        if (!_members.TryGetValue(name, out List<InterfaceMember>? overloads))
        {
            _members[name] = overloads = [];
        }

        if (overloads.Find(one => one.Count == member.Count) is { } same)
        {
            throw new ArgumentException(
                $"Clients could not tell {Describe(same.Method)} from {Describe(member.Method)}: both are {name} with " +
                $"{member.Count} arguments.");
        }

        overloads.Add(member);
        overloads.Sort(static (x, y) => x.Count.CompareTo(y.Count));
    }

    private static string Describe(MethodInfo method) => $"{method.DeclaringType?.Name}.{method}";
}
