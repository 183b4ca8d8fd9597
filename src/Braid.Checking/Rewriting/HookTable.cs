using System.Reflection;
using Braid.Checking.Hooks;
using Mono.Cecil;

namespace Braid.Checking.Rewriting;

/// <summary>Which hook stands in for which member of .NET. Made once from the classes marked by <see cref="HooksAttribute"/>.</summary>
internal sealed class HookTable
{
    private readonly Dictionary<string, Family> _families = [];

    private HookTable()
    {
        foreach (Type hooks in typeof(HookTable).Assembly.GetTypes())
        {
            foreach (HooksAttribute attribute in hooks.GetCustomAttributes<HooksAttribute>())
            {
                ILookup<string, MethodInfo> methods = hooks.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly).ToLookup(method => method.Name);
                _families.Add(NameOf(attribute.Type), new Family(attribute, methods));
            }
        }
    }

    public static HookTable Instance { get; } = new();

    /// <summary>What to do about a call of this member.</summary>
    /// <param name="member">As the code names it.</param>
    /// <param name="constructs">The call makes a new object.</param>
    /// <param name="ofBase">A class calls what its base class does: a hook for that has "base_" before the member's name.</param>
    public HookMatch Find(MethodReference member, bool constructs, bool ofBase = false)
    {
        TypeReference declaring = member.DeclaringType;
        if (!_families.TryGetValue(declaring.GetElementType().FullName, out Family? family))
        {
            return Uncontrolled.Names(declaring.GetElementType(), member.Name, constructs) ? HookMatch.Refused : HookMatch.None;
        }

        HookFit? best = null;
        foreach (MethodInfo hook in family.Methods[ofBase ? $"base_{member.Name}" : member.Name == ".ctor" ? "New" : member.Name])
        {
            var fit = new HookFit(hook, member, constructs);
            if (fit.Fits() && (best is null || fit.Cost.CompareTo(best.Cost) < 0))
            {
                best = fit;
            }
        }

        if (best is not null)
        {
            return best.Match;
        }

        if (ofBase)
        {
            return HookMatch.None;
        }

        bool baseConstructor = member.Name == ".ctor" && !constructs;
        return baseConstructor || family.Attribute.Allowed.Contains(member.Name) || family.Attribute.Allowed.Contains("*") ? HookMatch.None : HookMatch.Refused;
    }

    /// <summary>Whether a class's calls of what this base class of it does are left as they are.</summary>
    public bool LeavesBaseCalls(TypeReference type) => _families.TryGetValue(type.GetElementType().FullName, out Family? family) && family.Attribute.LeavesBaseCalls;

    /// <summary>What every object has.</summary>
    public static bool IsOfObject(MethodReference member) => member.Name is nameof(Equals) or nameof(GetHashCode) or nameof(ToString) or nameof(GetType);

    /// <summary>A type's name as Cecil writes it.</summary>
    internal static string NameOf(Type type) => (type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '/');

    private sealed record Family(HooksAttribute Attribute, ILookup<string, MethodInfo> Methods);
}
