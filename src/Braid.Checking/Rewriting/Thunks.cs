using Braid.Checking.Hooks;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Braid.Checking.Rewriting;

/// <summary>
/// Small methods with the signatures of methods that are hooked, or that use memory and are not rewritten, for delegates made from those.
/// </summary>
/// <remarks>A thunk in generic code has the type parameters of the surrounding type and method as its own.</remarks>
internal sealed class Thunks(ModuleContext context)
{
    private TypeDefinition? _holder;
    private int _count;

    /// <summary>Makes a static method that takes the object and the parameters, and calls the hook or stops the run.</summary>
    /// <param name="member">The method that the delegate is made from.</param>
    /// <param name="match">
    /// The hook that replaces it; none if it is called as it is, with its memory accesses reported around the call.
    /// </param>
    /// <param name="target">The member that the method stands for: itself, unless it is an accessor.</param>
    /// <param name="site">The site where the delegate is made.</param>
    /// <param name="user">The method that makes the delegate.</param>
    /// <param name="offset">The offset in that method's code.</param>
    public MethodReference For(MethodReference member, HookMatch match, MethodReference target, int site, MethodDefinition user, int offset)
    {
        ModuleDefinition module = context.Module;
        var thunk = new MethodDefinition(
            $"{member.Name}#{_count++}", MethodAttributes.Assembly | MethodAttributes.Static, module.TypeSystem.Void);
        Holder(module).Methods.Add(thunk);
        context.Originals.Add(thunk, context.Originals[user]);
        GenericParameter[] around = [.. user.DeclaringType.GenericParameters, .. user.GenericParameters];
        foreach (GenericParameter parameter in around)
        {
            GenericParameterAttributes attributes = parameter.Attributes & ~GenericParameterAttributes.VarianceMask;
            thunk.GenericParameters.Add(new GenericParameter(parameter.Name, thunk) { Attributes = attributes });
        }

        var ofType = new GenericInstanceType(user.DeclaringType);
        var ofMethod = new GenericInstanceMethod(user);
        foreach (GenericParameter own in thunk.GenericParameters)
        {
            (own.Position < user.DeclaringType.GenericParameters.Count ? ofType.GenericArguments : ofMethod.GenericArguments).Add(own);
        }

        TypeReference Inside(TypeReference type) => GenericContext.Resolve(type, ofType, ofMethod);
        TypeReference declaring = Inside(member.DeclaringType);
        thunk.ReturnType = Inside(GenericContext.Resolve(member.ReturnType, member));
        bool boxed = member.HasThis && member.DeclaringType.Resolve() is { IsValueType: true };
        if (member.HasThis)
        {
            thunk.Parameters.Add(new ParameterDefinition(boxed ? module.TypeSystem.Object : declaring));
        }

        foreach (ParameterDefinition parameter in member.Parameters)
        {
            thunk.Parameters.Add(new ParameterDefinition(Inside(GenericContext.Resolve(parameter.ParameterType, member))));
        }

        ILProcessor body = thunk.Body.GetILProcessor();
        if (match.Action == HookAction.Refuse)
        {
            body.Emit(OpCodes.Ldstr, $"{target.DeclaringType.FullName}.{target.Name}");
            body.Emit(OpCodes.Ldc_I4, site);
            body.Emit(OpCodes.Call, context.Import(typeof(Refusal), nameof(Refusal.Stop)));
        }

        foreach (ParameterDefinition parameter in thunk.Parameters)
        {
            body.Emit(OpCodes.Ldarg, parameter);
            if (boxed && parameter.Index == 0)
            {
                body.Emit(OpCodes.Unbox, declaring);
            }
        }

        OpCode opCode = member.HasThis && !boxed ? OpCodes.Callvirt : OpCodes.Call;
        Instruction original = Instruction.Create(opCode, ReferenceTo(member, declaring, Inside));
        VariableDefinition Aside(TypeReference type)
        {
            var local = new VariableDefinition(type);
            thunk.Body.Variables.Add(local);
            return local;
        }

        List<Instruction> call = [original];
        if (match.Action == HookAction.Replace)
        {
            HookMatch inside = match with { TypeArguments = [.. match.TypeArguments.Select(Inside)] };
            TypeReference[] arguments = [.. thunk.Parameters.Select(static parameter => parameter.ParameterType)];
            call = new HookCode(context, inside).Build([original], site, arguments, (type, _) => Aside(type));
        }

        call.ForEach(body.Append);
        if (match.Action == HookAction.Refuse && Uncontrolled.AdapterFor(context, thunk.ReturnType) is { } adapter)
        {
            body.Emit(OpCodes.Ldc_I4, site);
            body.Emit(OpCodes.Call, adapter);
        }

        body.Emit(OpCodes.Ret);
        if (match.Action == HookAction.Leave)
        {
            new MethodRewriter(thunk, context, user, offset).Rewrite();
        }

        return around.Length == 0 ? thunk : GenericContext.Instance(thunk, around);
    }

    /// <summary>A reference to the member as the thunk names it.</summary>
    private static MethodReference ReferenceTo(MethodReference member, TypeReference declaring, Func<TypeReference, TypeReference> inside)
    {
        MethodReference element = member.GetElementMethod();
        var own = new MethodReference(element.Name, element.ReturnType, declaring)
        {
            HasThis = element.HasThis,
            ExplicitThis = element.ExplicitThis,
            CallingConvention = element.CallingConvention,
        };
        foreach (GenericParameter parameter in element.GenericParameters)
        {
            own.GenericParameters.Add(new GenericParameter(parameter.Name, own));
        }

        foreach (ParameterDefinition parameter in element.Parameters)
        {
            own.Parameters.Add(new ParameterDefinition(parameter.ParameterType));
        }

        return member is GenericInstanceMethod instance ? GenericContext.Instance(own, instance.GenericArguments.Select(inside)) : own;
    }

    private TypeDefinition Holder(ModuleDefinition module)
    {
        if (_holder is null)
        {
            _holder = new TypeDefinition(
                "",
                "<BraidThunks>",
                TypeAttributes.NotPublic | TypeAttributes.Abstract | TypeAttributes.Sealed,
                module.TypeSystem.Object);
            module.Types.Add(_holder);
        }

        return _holder;
    }
}
