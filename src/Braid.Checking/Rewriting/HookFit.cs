using System.Reflection;
using Mono.Cecil;

namespace Braid.Checking.Rewriting;

/// <summary>Whether a hook takes what a member takes, and with which type arguments.</summary>
internal sealed class HookFit
{
    private readonly MethodInfo _hook;
    private readonly MethodReference _member;
    private readonly bool _constructs;
    private readonly TypeReference?[] _bound;

    public HookFit(MethodInfo hook, MethodReference member, bool constructs)
    {
        (_hook, _member, _constructs) = (hook, member, constructs);
        _bound = new TypeReference?[hook.IsGenericMethodDefinition ? hook.GetGenericArguments().Length : 0];
    }

    public TypeReference[] Arguments => _bound!;

    public bool Fits()
    {
        ParameterInfo[] taken = _hook.GetParameters();
        bool hasObject = _member.HasThis && !_constructs;
        if (taken.Length != _member.Parameters.Count + (hasObject ? 2 : 1))
        {
            return false;
        }

        BindOwn();
        int next = 0;
        if (hasObject && !FitsObject(taken[next++].ParameterType))
        {
            return false;
        }

        foreach (ParameterDefinition parameter in _member.Parameters)
        {
            if (!Fits(taken[next++].ParameterType, GenericContext.Resolve(parameter.ParameterType, _member)))
            {
                return false;
            }
        }

        return Array.TrueForAll(_bound, argument => argument is not null);
    }

    /// <summary>If the hook has as many type parameters as the type and the member together, they are theirs.</summary>
    private void BindOwn()
    {
        TypeReference[] own =
        [
            .. _member.DeclaringType is GenericInstanceType type ? type.GenericArguments : [],
            .. _member is GenericInstanceMethod method ? method.GenericArguments : [],
        ];
        if (own.Length == _bound.Length)
        {
            own.CopyTo(_bound, 0);
        }
    }

    private bool FitsObject(Type taken)
    {
        Type type = taken.IsByRef ? taken.GetElementType()! : taken;
        return HookTable.NameOf(type) == _member.DeclaringType.GetElementType().FullName;
    }

    private bool Fits(Type taken, TypeReference given)
    {
        while (given is IModifierType modified)
        {
            given = modified.ElementType;
        }

        if (taken.IsGenericMethodParameter)
        {
            ref TypeReference? bound = ref _bound[taken.GenericParameterPosition];
            bound ??= given;
            return !given.IsByReference && bound.FullName == given.FullName;
        }

        if (taken.IsByRef)
        {
            return given is ByReferenceType reference && Fits(taken.GetElementType()!, reference.ElementType);
        }

        if (taken.IsArray)
        {
            return given is ArrayType array && Fits(taken.GetElementType()!, array.ElementType);
        }

        if (!taken.IsGenericType)
        {
            return given.FullName == HookTable.NameOf(taken);
        }

        Type[] arguments = taken.GetGenericArguments();
        if (given is not GenericInstanceType instance || instance.ElementType.FullName != HookTable.NameOf(taken))
        {
            return false;
        }

        for (int i = 0; i < arguments.Length; i++)
        {
            if (!Fits(arguments[i], instance.GenericArguments[i]))
            {
                return false;
            }
        }

        return true;
    }
}
