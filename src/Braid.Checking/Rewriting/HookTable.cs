using System.Reflection;
using Braid.Checking.Hooks;
using Mono.Cecil;

namespace Braid.Checking.Rewriting;

/// <summary>Which hook replaces which member of .NET. Built once from the classes marked with <see cref="HooksAttribute"/>.</summary>
internal sealed class HookTable
{
    private readonly Dictionary<string, HookClass> _classes = [];

    private HookTable()
    {
        foreach (Type hooks in typeof(HookTable).Assembly.GetTypes())
        {
            foreach (HooksAttribute attribute in hooks.GetCustomAttributes<HooksAttribute>())
            {
                ILookup<string, MethodInfo> methods = hooks
                    .GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly)
                    .ToLookup(method => method.Name);
                _classes.Add(NameOf(attribute.Type), new HookClass(attribute, methods));
            }
        }
    }

    public static HookTable Instance { get; } = new();

    /// <summary>What to do about a call of this member.</summary>
    /// <param name="member">The member as the code names it.</param>
    /// <param name="constructs">Whether the call makes a new object.</param>
    /// <param name="ofBase">
    /// Whether a class calls its base class's implementation: the hook for that has "base_" before the member's name.
    /// </param>
    public HookMatch Find(MethodReference member, bool constructs, bool ofBase = false)
    {
        TypeReference declaring = member.DeclaringType;
        if (!_classes.TryGetValue(declaring.GetElementType().FullName, out HookClass? hooks))
        {
            return Uncontrolled.Contains(declaring.GetElementType(), member.Name, constructs) ? HookMatch.Refused : HookMatch.None;
        }

        HookFit? best = null;
        foreach (MethodInfo hook in hooks.Methods[ofBase ? $"base_{member.Name}" : member.Name == ".ctor" ? "New" : member.Name])
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

        bool baseConstructor = member.Name == ".ctor" && !constructs && !hooks.Attribute.RefusesDerived;
        bool isAllowed = baseConstructor || hooks.Attribute.Allowed.Contains(member.Name) || hooks.Attribute.Allowed.Contains("*");
        return isAllowed ? HookMatch.None : HookMatch.Refused;
    }

    /// <summary>Whether calls by which a class reaches this base class's implementation are left as they are.</summary>
    public bool LeavesBaseCalls(TypeReference type) =>
        _classes.TryGetValue(type.GetElementType().FullName, out HookClass? hooks) && hooks.Attribute.LeavesBaseCalls;

    /// <summary>Whether every object has the member.</summary>
    public static bool IsOfObject(MethodReference member) =>
        member.Name is nameof(Equals) or nameof(GetHashCode) or nameof(ToString) or nameof(GetType);

    /// <summary>A type's name as Cecil writes it.</summary>
    internal static string NameOf(Type type) =>
        (type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '/');

    private sealed record HookClass(HooksAttribute Attribute, ILookup<string, MethodInfo> Methods);
}
