
# What follows stands in for the package bash-completion where it is not there.

# The words of the line, not broken at = and :, into cur, prev, words and cword.
__psychrnn_get_comp_words_by_ref() {
    if declare -F _get_comp_words_by_ref >/dev/null; then
        _get_comp_words_by_ref "$@"
        return
    fi
    local i word glued= line=${COMP_LINE-}
    words=() cword=0
    for ((i = 0; i < ${#COMP_WORDS[@]}; i++)); do
        word=${COMP_WORDS[i]}
        if ((i > 1)) && [[ $glued || $word == [=:]* ]] && [[ $line != [[:blank:]]* ]]; then
            words[${#words[@]} - 1]+=$word
        else
            words[${#words[@]}]=$word
        fi
        line=${line#"${line%%[![:blank:]]*}"}
        line=${line#"$word"}
        glued=
        [[ $word == *[=:] ]] && glued=yes
        ((i == COMP_CWORD)) && cword=$((${#words[@]} - 1))
    done
    cur=${words[cword]}
    prev=
    ((cword > 0)) && prev=${words[cword - 1]}
    return 0
}

# Folders (-d), or folders and files with one of the endings a|b|.
__psychrnn_filedir() {
    if declare -F _filedir >/dev/null; then
        _filedir "$@"
        return
    fi
    local path
    COMPREPLY=()
    while IFS= read -r path; do
        if [[ ! -d $path && ${1-} && "|$1" != *"|${path##*.}|"* ]]; then continue; fi
        COMPREPLY[${#COMPREPLY[@]}]=$path
    done < <(if [[ ${1-} == -d ]]; then compgen -d -- "$cur"; else compgen -f -- "$cur"; fi)
    [[ $(type -t compopt) != builtin ]] || compopt -o filenames 2>/dev/null
    return 0
}
