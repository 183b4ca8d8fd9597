using System.Reflection;
using Braid.Checking.Hooks;
using Mono.Cecil;

namespace Braid.Checking.Rewriting;

/// <summary>Whether a hook accepts the arguments of a member, with which type arguments, and how the arguments must be converted.</summary>
internal sealed class HookFit
{
    private readonly MethodInfo _hook;
    private readonly MethodReference _member;
    private readonly bool _constructs;
    private readonly TypeReference?[] _bound;
    private readonly List<List<HookStep>> _loads = [];      // for each parameter of the hook
    private int _firstChanged;                              // index of the first parameter that needs a conversion
    private int _changes;

    public HookFit(MethodInfo hook, MethodReference member, bool constructs)
    {
        (_hook, _member, _constructs) = (hook, member, constructs);
        _bound = new TypeReference?[hook.IsGenericMethodDefinition ? hook.GetGenericArguments().Length : 0];
    }

    /// <summary>How much of the hook differs from the overload; the lowest cost wins.</summary>
    public (int Changes, int TypeArguments) Cost => (_changes, _bound.Length);

    public HookMatch Match => new(HookAction.Replace, _hook, _bound!, Steps(HookMatch.TakesThreadOf(_hook.GetParameters())))
    {
        DropsResult = !_constructs && _hook.ReturnType != typeof(void) && StackEffect.IsVoid(_member.ReturnType),
    };

    private bool HasObject => _member.HasThis && !_constructs;

    private int Given => _member.Parameters.Count + (HasObject ? 1 : 0);

    public bool Fits()
    {
        ParameterInfo[] taken = _hook.GetParameters();
        taken = taken[..^(HookMatch.TakesThreadOf(taken) ? 2 : 1)];
        BindOwn();
        _firstChanged = taken.Length;
        int next = 0;
        foreach (ParameterInfo parameter in taken)
        {
            if (next < Given && Takes(parameter.ParameterType, next))
            {
                next++;
            }
            else if (parameter.GetCustomAttribute<DefaultAttribute>() is { } omitted)
            {
                Change(LoadsOf(parameter.ParameterType, omitted.Value));
            }
            else
            {
                return false;
            }
        }

        return next == Given
            && Array.TrueForAll(_bound, argument => argument is not null)
            && (!_constructs || FitsObject(_hook.ReturnType));
    }

    /// <summary>Binds the hook's type parameters to those of the type and the member, if there are as many.</summary>
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

    /// <summary>Whether a parameter of the hook accepts the argument with this index.</summary>
    private bool Takes(Type taken, int number)
    {
        if (HasObject && number == 0)
        {
            _loads.Add([new HookStep(HookStepKind.Load, 0)]);
            return FitsObject(taken);
        }

        TypeReference given = GenericContext.Resolve(_member.Parameters[number - (HasObject ? 1 : 0)].ParameterType, _member);
        if (Fits(taken, given))
        {
            _loads.Add([new HookStep(HookStepKind.Load, number)]);
            return true;
        }

        if (ConversionTo(taken, given.FullName) is not { } conversion)
        {
            return false;
        }

        Change([new HookStep(HookStepKind.Load, number), new HookStep(HookStepKind.Call, Method: conversion)]);
        return true;
    }

    private void Change(List<HookStep> loads)
    {
        _firstChanged = Math.Min(_firstChanged, _loads.Count);
        _changes++;
        _loads.Add(loads);
    }

    private static List<HookStep> LoadsOf(Type type, int value) =>
        type.IsPrimitive || type.IsEnum ? [new HookStep(HookStepKind.Number, value)]
        : !type.IsValueType ? [new HookStep(HookStepKind.Null)]
        : ConversionTo(type, typeof(int).FullName!) is { } conversion
            ? [new HookStep(HookStepKind.Number, value), new HookStep(HookStepKind.Call, Method: conversion)]
        : [MakesDefault(type)];

    private static HookStep MakesDefault(Type type) =>
        new(HookStepKind.Call, Method: typeof(DefaultAttribute).GetMethod(nameof(DefaultAttribute.Of))!.MakeGenericMethod(type));

    private static MethodInfo? ConversionTo(Type type, string given) =>
        type.Assembly != typeof(HookFit).Assembly ? null
        : Array.Find(
            type.GetMethods(BindingFlags.Static | BindingFlags.Public),
            method => method.Name == nameof(Limit.From) && method.GetParameters()[0].ParameterType.FullName == given);

    /// <summary>All arguments from the first converted one on move to locals, with the thread, and come back in the hook's order.</summary>
    private HookStep[] Steps(bool takesThread)
    {
        if (_changes == 0)
        {
            return [];
        }

        int thread = Given;
        List<HookStep> steps = [];
        for (int number = takesThread ? thread : thread - 1; number >= _firstChanged; number--)
        {
            steps.Add(new HookStep(HookStepKind.Store, number));
        }

        steps.AddRange(_loads[_firstChanged..].SelectMany(static loads => loads));
        if (takesThread)
        {
            steps.Add(new HookStep(HookStepKind.Load, thread));
        }

        return [.. steps];
    }

    /// <summary>Whether the hook is of a type that it cannot name.</summary>
    private bool IsOfInner => _hook.DeclaringType!.GetCustomAttributes<HooksAttribute>().All(static hooks => !hooks.Type.IsVisible);

    private bool FitsObject(Type taken)
    {
        Type type = taken.IsByRef ? taken.GetElementType()! : taken;
        return HookTable.NameOf(type) == _member.DeclaringType.GetElementType().FullName || (type == typeof(object) && IsOfInner);
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
