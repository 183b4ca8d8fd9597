using System.Collections.Concurrent;
using System.Reflection;

namespace Braid.Multiprocessing;

/// <summary>Which captured variables a lambda uses: only these travel with it.</summary>
/// <remarks>
/// <para>
/// The compiler keeps the variables that <em>any</em> lambda of a scope captures in one object, so a lambda that uses a number drags along
/// the pool, the socket and the progress bar that its neighbours use. What a lambda can reach of that object stands in its code: no
/// source can name the object, so it is touched only by instructions that name a field of it.
/// </para>
/// <para>
/// The code is followed into lambdas and local functions that it makes or calls, and into the state machines of asynchronous methods and
/// iterators, which hold the object as a field. Where code cannot be read, everything counts as used.
/// </para>
/// </remarks>
internal sealed class ClosureUse
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly ConcurrentDictionary<MethodBase, ClosureUse> s_known = new();

    private readonly HashSet<(Module, int)> _fields = [];
    private readonly HashSet<MethodBase> _seen = [];
    private bool _usesAll;

    private ClosureUse(MethodBase method) => Follow(method);

    /// <summary>What the method, and what it reaches, uses.</summary>
    public static ClosureUse Of(MethodBase method) => s_known.GetOrAdd(method, static method => new ClosureUse(method));

    public bool Uses(FieldInfo field) => _usesAll || _fields.Contains((field.Module, field.MetadataToken));

    private void Follow(MethodBase method)
    {
        if (!_seen.Add(method))
        {
            return;
        }

        if (MethodCode.Of(method) is not { } code)
        {
            _usesAll |= !method.IsAbstract;
            return;
        }

        foreach (Instruction instruction in code)
        {
            _usesAll |= instruction.IsUnreadable;
            Use(instruction.Member);
        }
    }

    private void Use(MemberInfo? member)
    {
        switch (member)
        {
            case FieldInfo field:
                _fields.Add((field.Module, field.MetadataToken));
                FollowStateMachine(field.DeclaringType);
                break;
            case MethodBase method when method.Name.StartsWith('<'):
                Follow(method);
                break;
            case MethodBase method:
                FollowStateMachine(method.DeclaringType);
                break;
            case Type type:
                FollowStateMachine(type);
                break;
            default:
                break;
        }
    }

    private void FollowStateMachine(Type? type)
    {
        if (type is not null && type.Name.StartsWith('<') && (type.IsAssignableTo(typeof(IAsyncStateMachine)) || type.IsAssignableTo(typeof(System.Collections.IEnumerator))))
        {
            foreach (MethodBase method in type.GetMethods(Declared))
            {
                Follow(method);
            }
        }
    }
}
