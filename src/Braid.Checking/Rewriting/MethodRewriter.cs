using Braid.Checking.Engine;
using Braid.Checking.Hooks;
using Braid.Checking.Memory;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace Braid.Checking.Rewriting;

/// <summary>Rewrites one method body.</summary>
/// <remarks>
/// An instruction that is replaced by several keeps its own object as the first of them, so that branches, protected regions
/// and symbols that refer to it still mean the same place.
/// </remarks>
/// <param name="method">The method.</param>
/// <param name="context">The context of its module.</param>
/// <param name="user">The method in whose place reports name it, if it is not the program's own.</param>
/// <param name="userOffset">The offset within that method's code.</param>
internal sealed partial class MethodRewriter(
    MethodDefinition method, ModuleContext context, MethodDefinition? user = null, int userOffset = 0)
{
    private readonly Dictionary<Instruction, int> _offsets = [];
    private readonly Dictionary<(string Type, int Number), VariableDefinition> _scratch = [];
    private readonly DataFlow _flow = new(method);
    private ILProcessor _il = null!;
    private VariableDefinition? _began;

    private ModuleDefinition Module => context.Module;

    public void Rewrite()
    {
        MethodBody body = method.Body;
        foreach (Instruction instruction in body.Instructions)
        {
            _offsets[instruction] = instruction.Offset;
        }

        body.SimplifyMacros();
        _flow.Analyze();
        _il = body.GetILProcessor();
        bool calls = body.Instructions.Any(CanLeadBack);
        foreach (Instruction instruction in body.Instructions.ToList())
        {
            Rewrite(instruction);
        }

        foreach (ExceptionHandler handler in body.ExceptionHandlers)
        {
            RewriteHandler(handler);
        }

        if (calls)
        {
            Instruction first = body.Instructions[0];
            _il.InsertBefore(first, _il.Create(OpCodes.Ldc_I4, NewSite(first, "", null, SiteTraits.None)));
            _il.InsertBefore(first, _il.Create(OpCodes.Call, context.Import(typeof(StackRoom), nameof(StackRoom.Enter))));
        }

        if (_began is not null)
        {
            Instruction first = body.Instructions[0];
            MethodReference began = IsPartOfAsync
                ? context.Import(typeof(MethodFlows), nameof(MethodFlows.BeginTick))
                : context.Import(typeof(MemoryAccess), nameof(MemoryAccess.CurrentTick));
            _il.InsertBefore(first, _il.Create(OpCodes.Call, began));
            _il.InsertBefore(first, _il.Create(OpCodes.Stloc, _began));
        }

        if (IsPartOfAsync)
        {
            NumberMethod();
        }

        if (method.IsSynchronized)
        {
            int site = NewSite(body.Instructions[0], method.IsStatic ? "the type" : "this", null, SiteTraits.None);
            new SynchronizedWrapper(method, context).Wrap(site);
        }

        body.OptimizeMacros();
    }

    /// <summary>
    /// Whether this is the compiler's form of the body of an async method of the program. It is called once at first, and again after each
    /// await that had to wait.
    /// </summary>
    private bool IsPartOfAsync => !context.IsLibrary && method.Name == "MoveNext" && FieldsOf.IsOfAsyncMethod(method.DeclaringType);

    /// <summary>Gives the method's state a field for its number, and lets the thread know the number while the method runs.</summary>
    private void NumberMethod()
    {
        TypeDefinition state = method.DeclaringType;
        var number = new FieldDefinition("<>flow", FieldAttributes.Public, Module.TypeSystem.Int32);
        state.Fields.Add(number);
        TypeReference type = state;
        if (state.HasGenericParameters)
        {
            var own = new GenericInstanceType(state);
            foreach (GenericParameter parameter in state.GenericParameters)
            {
                own.GenericArguments.Add(parameter);
            }

            type = own;
        }

        var before = new VariableDefinition(Module.TypeSystem.Int32);
        method.Body.Variables.Add(before);
        method.Body.InitLocals = true;
        Instruction first = method.Body.Instructions[0];
        foreach (Instruction enter in new[]
        {
            _il.Create(OpCodes.Ldarg_0), _il.Create(OpCodes.Ldflda, new FieldReference(number.Name, number.FieldType, type)),
            _il.Create(OpCodes.Call, context.Import(typeof(MethodFlows), nameof(MethodFlows.Enter))), _il.Create(OpCodes.Stloc, before),
        })
        {
            _il.InsertBefore(first, enter);
        }

        foreach (Instruction end in method.Body.Instructions.Where(static instruction => instruction.OpCode.Code == Code.Ret).ToList())
        {
            Replace(
                end,
                _il.Create(OpCodes.Ldloc, before),
                _il.Create(OpCodes.Call, context.Import(typeof(MethodFlows), nameof(MethodFlows.Leave))),
                _il.Create(OpCodes.Ret));
        }
    }

    private void Rewrite(Instruction instruction)
    {
        switch (instruction.OpCode.Code)
        {
            case Code.Call or Code.Callvirt or Code.Newobj:
                RewriteCall(instruction);
                break;
            case Code.Ldftn or Code.Ldvirtftn:
                RewriteDelegate(instruction);
                break;
            case Code.Ldfld or Code.Ldsfld or Code.Stfld or Code.Stsfld:
                RewriteField(instruction);
                break;
            case Code.Ldelem_Any or Code.Ldelem_I or Code.Ldelem_I1 or Code.Ldelem_I2 or Code.Ldelem_I4 or Code.Ldelem_I8
                or Code.Ldelem_R4 or Code.Ldelem_R8 or Code.Ldelem_Ref or Code.Ldelem_U1 or Code.Ldelem_U2 or Code.Ldelem_U4
                or Code.Stelem_Any or Code.Stelem_I or Code.Stelem_I1 or Code.Stelem_I2 or Code.Stelem_I4 or Code.Stelem_I8
                or Code.Stelem_R4 or Code.Stelem_R8 or Code.Stelem_Ref:
                RewriteElement(instruction);
                break;
            case Code.Ldobj or Code.Stobj or Code.Ldind_I or Code.Ldind_I1 or Code.Ldind_I2 or Code.Ldind_I4 or Code.Ldind_I8
                or Code.Ldind_R4 or Code.Ldind_R8 or Code.Ldind_Ref or Code.Ldind_U1 or Code.Ldind_U2 or Code.Ldind_U4
                or Code.Stind_I or Code.Stind_I1 or Code.Stind_I2 or Code.Stind_I4 or Code.Stind_I8
                or Code.Stind_R4 or Code.Stind_R8 or Code.Stind_Ref:
                RewriteIndirect(instruction);
                break;
            case Code.Initobj:
                RewriteClearing(instruction);
                break;
            case Code.Cpobj:
                RewriteCopy(instruction);
                break;
            default:
                if (Targets(instruction).Any(target => IsBackward(instruction, target)))
                {
                    Instruction check = _il.Create(OpCodes.Call, context.Import(typeof(LoopStop), nameof(LoopStop.Check)));
                    Replace(instruction, check, Copy(instruction));
                }

                break;
        }
    }

    /// <summary>
    /// Whether the method could be called again before it ends. That holds for nearly all calls: the callee may ask an object of the
    /// program for its text, or compare it.
    /// </summary>
    private static bool CanLeadBack(Instruction instruction) =>
        instruction.OpCode.Code is Code.Call or Code.Callvirt or Code.Newobj or Code.Calli
        && instruction.Operand is not MethodReference { Name: ".ctor", DeclaringType.FullName: "System.Object" };

    private static Instruction[] Targets(Instruction instruction) => instruction.Operand switch
    {
        Instruction target => [target],
        Instruction[] targets => targets,
        _ => [],
    };

    private bool IsBackward(Instruction from, Instruction to) => _offsets.TryGetValue(to, out int target) && target <= _offsets[from];

    private void RewriteCall(Instruction instruction)
    {
        if (RewriteHashOfAny(instruction) || RewriteElementCall(instruction) || MemberOf(instruction) is not { } member)
        {
            return;
        }

        bool constructs = instruction.OpCode.Code == Code.Newobj;
        HookMatch match = HookTable.Instance.Find(member, constructs, IsBaseCall(instruction, member));
        MethodReference target = member;
        if (match.Action == HookAction.Leave)
        {
            match = PrivateAccess.Find(member, out target);
        }

        switch (match.Action)
        {
            case HookAction.Replace:
                SiteTraits ignored = instruction.Next?.OpCode.Code == Code.Pop ? SiteTraits.Ignored : SiteTraits.None;
                SiteTraits traits = _flow.TraitsOf(instruction) | ignored;
                int site = NewSite(instruction, _flow.NameOfArgument(instruction, 0), PointOf(member), traits);
                IEnumerable<Instruction> prefixes = PrefixesOf(instruction).Where(static prefix => prefix.OpCode.Code != Code.Tail);
                Instruction[] own = [.. prefixes.Select(Copy), Copy(instruction)];
                ClearPrefix(instruction);
                (List<Instruction> reads, List<Instruction> writes) = UseOfArguments(instruction, member, isHooked: true);
                TypeReference[] arguments = [.. ArgumentsOf(member, member.HasThis && !constructs)];
                List<Instruction> code = new HookCode(context, match).Build(own, site, arguments, Scratch);
                Replace(instruction, [.. reads, .. code, .. writes]);
                break;
            case HookAction.Refuse:
                RewriteRefusedCall(instruction, target);
                break;
            case HookAction.Leave when RewriteCollectionCall(instruction, member):
                break;
            case HookAction.Leave:
                RewriteOtherCall(instruction, member);
                break;
        }
    }

    private void RewriteRefusedCall(Instruction instruction, MethodReference member)
    {
        int site = NewSite(instruction, "", null, SiteTraits.None);
        if (Uncontrolled.AdapterFor(context, GenericContext.Resolve(member.ReturnType, member)) is { } adapter)
        {
            ClearTail(instruction);
            _il.InsertAfter(instruction, _il.Create(OpCodes.Call, adapter));
            _il.InsertAfter(instruction, _il.Create(OpCodes.Ldc_I4, site));
        }

        Instruction start = FirstPrefix(instruction);
        Replace(
            start,
            _il.Create(OpCodes.Ldstr, $"{member.DeclaringType.FullName}.{member.Name}"),
            _il.Create(OpCodes.Ldc_I4, site),
            _il.Create(OpCodes.Call, context.Import(typeof(Refusal), nameof(Refusal.Stop))),
            Copy(start));
    }

    /// <summary>
    /// A property of one of .NET's structs reads the struct where it lies: whether a nullable has a value, the year of a date. Its other
    /// members take arguments, which lie above the address.
    /// </summary>
    private Instruction[] ReadOfItself(Instruction instruction, MethodReference member)
    {
        TypeReference type = member.DeclaringType;
        if (!member.HasThis || member.HasParameters || !type.IsValueType || HasConstraint(instruction)
            || _flow.IsLocalAddress(instruction, 0)
            || type.Resolve() is not { Module.Name: "System.Private.CoreLib.dll" } || !context.Fields.CanBeArgument(type))
        {
            return [];
        }

        return
        [
            _il.Create(OpCodes.Dup),
            _il.Create(OpCodes.Ldc_I4, SiteOfPlace(instruction)),
            Call(typeof(MemoryAccess), nameof(MemoryAccess.ReadInPlace), type),
        ];
    }

    /// <summary>
    /// Records a call of a library, and a call by which the code reads a location in order to write it back, or writes it back.
    /// </summary>
    private void RewriteOtherCall(Instruction instruction, MethodReference member)
    {
        List<Instruction> before = [];
        SiteTraits traits = _flow.TraitsOf(instruction);
        if (ProcessWide.Names(member))
        {
            before.Add(_il.Create(OpCodes.Ldstr, $"{member.DeclaringType.FullName}.{member.Name}"));
            before.Add(_il.Create(OpCodes.Ldc_I4, NewSite(instruction, "", null, SiteTraits.None)));
            before.Add(_il.Create(OpCodes.Call, context.Import(typeof(ProcessUse), nameof(ProcessUse.Announce))));
        }

        if (Untracked.Names(member))
        {
            before.Add(_il.Create(OpCodes.Ldstr, $"{member.DeclaringType.FullName}.{member.Name}"));
            before.Add(_il.Create(OpCodes.Call, context.Import(typeof(ProcessUse), nameof(ProcessUse.AnnounceUntracked))));
        }

        if (!context.IsLibrary && SubjectContext.IsLibrary(member.DeclaringType.Scope.Name) && !IsForwardedToCore(member))
        {
            string subject = $"{MethodNames.Plain(member.DeclaringType.Name)}.{MethodNames.Member(member)}";
            SiteTraits enters = ModuleContext.EntersMadeForThreads(member) ? SiteTraits.EntersMadeForThreads : SiteTraits.None;
            int call = NewSite(instruction, subject, null, (traits & SiteTraits.Decides) | enters);
            before.Add(_il.Create(OpCodes.Ldc_I4, call));
            before.Add(_il.Create(OpCodes.Call, context.Import(typeof(LibraryCall), nameof(LibraryCall.Begin))));
        }

        bool updates = !context.IsLibrary && (traits & (SiteTraits.FeedsUpdate | SiteTraits.DerivedWrite)) != 0;
        if (updates)
        {
            ClearTail(instruction);
            string place = Accessors.NameOf(member, _flow.NameOfArgument(instruction, 0));
            before.Add(_il.Create(OpCodes.Ldc_I4, NewSite(instruction, place, null, traits)));
            before.Add(LoadBegan());
            before.Add(_il.Create(OpCodes.Call, context.Import(typeof(AccessorCall), nameof(AccessorCall.Begin))));
        }

        (List<Instruction> announce, List<Instruction> note) = UseOfArguments(instruction, member, isHooked: false);
        before.AddRange(announce);
        before.AddRange(ReadOfItself(instruction, member));
        before.AddRange(NextOfEnumerator(instruction, member));
        before.AddRange(TextOfObject(instruction, member));
        before.AddRange(UseOfObject(instruction, member));
        List<Instruction> after = updates
            ? [_il.Create(OpCodes.Call, context.Import(typeof(AccessorCall), nameof(AccessorCall.End)))]
            : [];
        AddElement(instruction, member, traits, before, after);
        after.AddRange(note);
        if (before.Count == 0)
        {
            return;
        }

        ReplaceCall(instruction, before, after);
    }

    /// <summary>Puts code before a call and its prefixes, and code after it.</summary>
    private void ReplaceCall(Instruction call, List<Instruction> before, List<Instruction> after)
    {
        if (after.Count > 0)
        {
            ClearTail(call);
        }

        Instruction first = FirstPrefix(call);
        Instruction last = Copy(first);
        Replace(first, [.. before, last]);
        last = first == call ? last : call;
        foreach (Instruction next in after)
        {
            _il.InsertAfter(last, next);
            last = next;
        }
    }

    /// <summary>Redirects a call that asks a value of a type parameter, or a tuple, for its hash code.</summary>
    private bool RewriteHashOfAny(Instruction instruction)
    {
        if (instruction is not
            {
                Operand: MethodReference { Name: nameof(GetHashCode), HasThis: true, Parameters.Count: 0 },
                Previous: { OpCode.Code: Code.Constrained, Operand: TypeReference type },
            }
            || !(type.IsGenericParameter || type.GetElementType().FullName.StartsWith("System.ValueTuple`", StringComparison.Ordinal))
            || !context.Fields.CanBeArgument(type))
        {
            return false;
        }

        ClearPrefix(instruction);
        Replace(instruction, Call(typeof(IdentityHash), nameof(IdentityHash.OfAny), type));
        return true;
    }

    /// <summary>Whether the named assembly only forwards the type to .NET's core, which has no steps to show.</summary>
    private static bool IsForwardedToCore(MethodReference member) =>
        member.DeclaringType.Resolve()?.Module.Name == "System.Private.CoreLib.dll";

    private static Instruction FirstPrefix(Instruction instruction)
    {
        Instruction first = instruction;
        while (first.Previous?.OpCode.OpCodeType == OpCodeType.Prefix)
        {
            first = first.Previous;
        }

        return first;
    }

    /// <summary>The member that a call means; null if no hook can replace it.</summary>
    /// <remarks>
    /// A call constrained to a struct, as using statements make it, means the struct's own member. One constrained to a type parameter can
    /// mean anything. One constrained to a class is made on a reference to the object, which no hook takes.
    /// </remarks>
    private static MethodReference? MemberOf(Instruction instruction)
    {
        var member = (MethodReference)instruction.Operand;
        if (instruction.Previous is { OpCode.Code: Code.Constrained, Operand: TypeReference type })
        {
            return !type.IsValueType || HookTable.IsOfObject(member) ? null : OnType(member, type);
        }

        return member;
    }

    /// <summary>
    /// Whether a class calls its base's implementation, where the base has hooks that would call the class again: that call goes to the
    /// base.
    /// </summary>
    private bool IsBaseCall(Instruction instruction, MethodReference member) =>
        instruction.OpCode.Code == Code.Call && member.HasThis && member.Name != ".ctor"
        && HookTable.Instance.LeavesBaseCalls(member.DeclaringType) && _flow.IsThis(instruction);

    private static MethodReference OnType(MethodReference member, TypeReference type)
    {
        var own = new MethodReference(member.Name, member.ReturnType, type) { HasThis = member.HasThis };
        foreach (ParameterDefinition parameter in member.Parameters)
        {
            own.Parameters.Add(new ParameterDefinition(GenericContext.Resolve(parameter.ParameterType, member)));
        }

        return own;
    }

    /// <summary>Makes a delegate of a hooked method one of a small method that calls the hook.</summary>
    private void RewriteDelegate(Instruction instruction)
    {
        var member = (MethodReference)instruction.Operand;
        HookMatch match = HookTable.Instance.Find(member, constructs: false);
        MethodReference target = member;
        if (match.Action == HookAction.Leave)
        {
            match = PrivateAccess.Find(member, out target);
        }

        if (match.Action == HookAction.Leave && (user is not null || !UsesMemory(member)))
        {
            return;
        }

        int site = NewSite(instruction, _flow.NameOfArgument(instruction, 0), null, SiteTraits.None);
        Instruction load = _il.Create(OpCodes.Ldftn, context.Thunks.For(member, match, target, site, method, _offsets[instruction]));
        if (instruction.OpCode.Code == Code.Ldvirtftn)
        {
            Replace(instruction, _il.Create(OpCodes.Pop), load);
        }
        else
        {
            Replace(instruction, load);
        }
    }

    /// <summary>Whether the method is not rewritten, and reads or writes its object or its arguments.</summary>
    /// <remarks>
    /// A thunk has no constraints on its type parameters, so it cannot name what only the constrained types around it can. The delegate
    /// stays as it is in such code.
    /// </remarks>
    private bool UsesMemory(MethodReference member) =>
        !method.DeclaringType.GenericParameters.Concat(method.GenericParameters).Any(static parameter => parameter.HasConstraints)
        && member.Name != ".ctor" && !member.DeclaringType.IsValueType && !member.DeclaringType.IsArray
        && member.Resolve() is { } called && SubjectContext.IsUsedUnmodified(called.Module.FileName)
        && (PlainCollections.Uses(member, out _, out _)
            || context.ArgumentsOf(member).Count > 0
            || (member.HasThis && PlainObjects.Uses(called, out _) != ObjectKind.None));

    /// <summary>
    /// Gives a catch block that could catch the end of a run a filter that lets it pass, and ends an accessor's call there.
    /// </summary>
    /// <remarks>
    /// To catch and rethrow it would cost stack in every method: .NET runs a catch block on top of the stack of the throw.
    /// </remarks>
    private void RewriteHandler(ExceptionHandler handler)
    {
        if (!context.IsLibrary && handler.HandlerType is ExceptionHandlerType.Filter or ExceptionHandlerType.Catch)
        {
            Instruction start = handler.HandlerStart;
            Replace(start, _il.Create(OpCodes.Call, context.Import(typeof(AccessorCall), nameof(AccessorCall.End))), Copy(start));
        }

        if (handler.HandlerType == ExceptionHandlerType.Filter)
        {
            // The program's own filter runs only if this is not the end. Otherwise the answer "not caught" goes to the filter's end.
            Instruction first = handler.FilterStart;
            Replace(
                first,
                _il.Create(OpCodes.Dup),
                CallOfFilter(),
                _il.Create(OpCodes.Brtrue, Nop(out Instruction own)),
                _il.Create(OpCodes.Pop),
                _il.Create(OpCodes.Ldc_I4_0),
                _il.Create(OpCodes.Br, handler.HandlerStart.Previous),
                own,
                Copy(first));
        }
        else if (handler.HandlerType == ExceptionHandlerType.Catch
            && (handler.CatchType.IsGenericParameter || handler.CatchType.FullName is "System.Exception" or "System.Object"))
        {
            Instruction filter = _il.Create(OpCodes.Isinst, handler.CatchType);
            foreach (Instruction inserted in new[] { filter, CallOfFilter(), _il.Create(OpCodes.Endfilter) })
            {
                _il.InsertBefore(handler.HandlerStart, inserted);
            }

            foreach (ExceptionHandler other in method.Body.ExceptionHandlers)
            {
                other.TryEnd = other.TryEnd == handler.HandlerStart ? filter : other.TryEnd;
                other.HandlerEnd = other.HandlerEnd == handler.HandlerStart ? filter : other.HandlerEnd;
            }

            handler.FilterStart = filter;
            handler.HandlerType = ExceptionHandlerType.Filter;
            handler.CatchType = null;
        }
    }

    private Instruction CallOfFilter() =>
        _il.Create(OpCodes.Call, context.Import(typeof(RunEndedException), nameof(RunEndedException.MayBeCaught)));

    private static Instruction Nop(out Instruction nop) => nop = Instruction.Create(OpCodes.Nop);

    private static IEnumerable<Instruction> PrefixesOf(Instruction instruction)
    {
        for (Instruction prefix = FirstPrefix(instruction); prefix != instruction; prefix = prefix.Next)
        {
            yield return prefix;
        }
    }

    /// <summary>The types of the values that a call takes from the stack.</summary>
    private static IEnumerable<TypeReference> ArgumentsOf(MethodReference member, bool withObject) =>
    [
        .. withObject ? [member.DeclaringType] : Array.Empty<TypeReference>(),
        .. member.Parameters.Select(parameter => FieldsOf.Plain(GenericContext.Resolve(parameter.ParameterType, member))),
    ];

    /// <summary>Clears the prefixes of a replaced call, which would now belong to the first instruction of its replacement.</summary>
    private static void ClearPrefix(Instruction instruction)
    {
        for (Instruction? before = instruction.Previous; before?.OpCode.OpCodeType == OpCodeType.Prefix; before = before.Previous)
        {
            before.OpCode = OpCodes.Nop;
            before.Operand = null;
        }
    }

    /// <summary>A call followed by other code is no longer a tail call.</summary>
    private static void ClearTail(Instruction instruction)
    {
        for (Instruction? before = instruction.Previous; before?.OpCode.OpCodeType == OpCodeType.Prefix; before = before.Previous)
        {
            before.OpCode = before.OpCode.Code == Code.Tail ? OpCodes.Nop : before.OpCode;
        }
    }

    private static bool HasVolatilePrefix(Instruction instruction) => HasPrefix(instruction, Code.Volatile);

    private static bool HasPrefix(Instruction instruction, Code prefix)
    {
        for (Instruction? before = instruction.Previous; before?.OpCode.OpCodeType == OpCodeType.Prefix; before = before.Previous)
        {
            if (before.OpCode.Code == prefix)
            {
                return true;
            }
        }

        return false;
    }

    private static Instruction Copy(Instruction instruction)
    {
        Instruction copy = Instruction.Create(OpCodes.Nop);
        copy.OpCode = instruction.OpCode;
        copy.Operand = instruction.Operand;
        return copy;
    }

    private void Replace(Instruction original, params ReadOnlySpan<Instruction> by)
    {
        original.OpCode = by[0].OpCode;
        original.Operand = by[0].Operand;
        Instruction last = original;
        foreach (Instruction next in by[1..])
        {
            _il.InsertAfter(last, next);
            last = next;
        }
    }

    private int NewSite(Instruction instruction, string subject, string? point, SiteTraits traits)
    {
        // Inserted instructions have no offset of their own; sites are only made for those of the original.
        int offset = _offsets.GetValueOrDefault(instruction);
        (MethodDefinition place, offset) = user is null ? (method, offset) : (user, userOffset);
        string pointName = point ?? $"{Module.Assembly.Name.Name}!{place.FullName}+{offset}";
        SiteTraits all = traits | context.TraitsOf(place.DeclaringType);
        int pointNumber = Sites.PointOf(pointName);
        int token = place.MetadataToken.ToInt32();
        return Sites.Add(_ => new Site(context.Path, MethodNames.Of(place), token, offset, subject, pointNumber, all));
    }
}
