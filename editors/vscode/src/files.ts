// Which documents the server is told of.

/** What sflint reads, by path: the language of a metadata file may be anything. */
const PATTERNS = [
  // Metadata in source format, and lists of components.
  '**/*.xml',
  // Metadata format, without -meta.xml: the types that rules look at.
  '**/*.{profile,permissionset,permissionsetgroup,mutingpermissionset,profilePasswordPolicy,profileSessionSetting,delegateGroup}',
  '**/*.{connectedApp,eca,ecaGlblOauth,ecaOauth,ecaOauthPlcy,ecaOauthSecurity,ecaSamlPlcy,authprovider,samlssoconfig}',
  '**/*.{namedCredential,externalCredential,dataSource,remoteSite,cspTrustedSite,corsWhitelistOrigin,redirectWhitelistUrl}',
  '**/*.{settings,site,network,sharingRules,transactionSecurityPolicy,installedPackage,messageChannel,crt}',
  '**/*.{object,flow,workflow,weblink,dashboard,labels,md,scf}',
  // Code.
  '**/*.{cls,trigger,apex,page,component,cmp,app,soql,js,mjs,cjs,jsx,ts,tsx,html,py,java,rb,go,cs,php,groovy}',
  // Scripts, pipelines and configuration, which may hold credentials.
  '**/*.{sh,bash,zsh,fish,ps1,psm1,bat,cmd,mk,json,yml,yaml,toml,ini,cfg,conf,properties,txt,key,pem}',
  '**/{Jenkinsfile*,Makefile,Justfile,Rakefile,Dockerfile}',
  '**/{.env,.env.*,*.env,*.env.*,.envrc,env.*}',
  // What sflint and git go by.
  '**/{.gitignore,.forceignore,sflint.baseline}',
];

/** The documents, on disk. */
export const SELECTOR = PATTERNS.map((pattern) => ({ scheme: 'file', pattern }));
